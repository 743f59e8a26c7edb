// A chat service for bulk orders: Node's own http module, and one JSON file as its database.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { randomUUID } from "node:crypto";
import { reply } from "./dialogue.js";

const { values } = parseArgs({
  options: { port: { type: "string" }, state: { type: "string" } },
});
const file = path.join(values.state, "shop.json");

const database = fs.existsSync(file)
  ? JSON.parse(fs.readFileSync(file, "utf8"))
  : { sessions: {}, orders: [], answers: {} };

// Sessions and orders change together: whoever reads the file sees all of a turn, or nothing.
function save() {
  const handle = fs.openSync(`${file}.new`, "w");
  fs.writeSync(handle, JSON.stringify(database));
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.renameSync(`${file}.new`, file);
}

function chat({ message, sessionId, messageId }) {
  // A message that comes twice gets the answer that it had.
  if (database.answers[messageId]) return database.answers[messageId];
  let id = sessionId;
  let session = database.sessions[id];
  if (!session) {
    id = randomUUID();
    session = database.sessions[id] = { flow: null, step: null, quantity: null, messages: [] };
  }
  const { text, order } = reply(session, message);
  session.messages.push(message, text);
  if (order) database.orders.push({ sessionId: id, ...order });
  const answer = { response: { text }, sessionId: id, flow: session.flow, step: session.step };
  database.answers[messageId] = answer;
  save();
  return answer;
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
        answer = { messages: database.sessions[cookieOf(request)]?.messages ?? [] };
      } else if (request.method === "DELETE" && url.pathname === "/api/chat") {
        delete database.sessions[url.searchParams.get("sessionId")];
        save();
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    });
  })
  .listen(Number(values.port), "127.0.0.1");
