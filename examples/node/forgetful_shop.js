// The same chat service, as it is often written: sessions live in memory, and reach the file when
// the server is told to stop. Orders go to the file at once.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { randomUUID } from "node:crypto";
import { reply } from "./dialogue.js";

const { values } = parseArgs({
  options: { port: { type: "string" }, state: { type: "string" } },
});
const sessionsFile = path.join(values.state, "sessions.json");
const ordersFile = path.join(values.state, "orders.jsonl");

const sessions = fs.existsSync(sessionsFile)
  ? JSON.parse(fs.readFileSync(sessionsFile, "utf8"))
  : {};

process.on("SIGTERM", () => {
  fs.writeFileSync(sessionsFile, JSON.stringify(sessions));
  process.exit(0);
});

function chat({ message, sessionId }) {
  let id = sessionId;
  let session = sessions[id];
  if (!session) {
    id = randomUUID();
    session = sessions[id] = { flow: null, step: null, quantity: null, messages: [] };
  }
  const { text, order } = reply(session, message);
  session.messages.push(message, text);
  if (order) fs.appendFileSync(ordersFile, JSON.stringify({ sessionId: id, ...order }) + "\n");
  return { response: { text }, sessionId: id, flow: session.flow, step: session.step };
}

function cookieOf(request) {
  return /(?:^|; )chat=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
}

http
  .createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const url = new URL(request.url, "http://localhost");
      let answer = { status: "ok" };
      if (request.method === "POST" && url.pathname === "/api/chat") {
        answer = chat({ sessionId: cookieOf(request), ...JSON.parse(Buffer.concat(parts)) });
        response.setHeader("set-cookie", `chat=${answer.sessionId}; Path=/; HttpOnly`);
      } else if (request.method === "GET" && url.pathname === "/api/chat") {
        answer = { messages: sessions[cookieOf(request)]?.messages ?? [] };
      } else if (request.method === "DELETE" && url.pathname === "/api/chat") {
        delete sessions[url.searchParams.get("sessionId")];
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    });
  })
  .listen(Number(values.port), "127.0.0.1");
