// The same chat service with the session store that express-session has unless told otherwise:
// the memory of the process.
import fs from "node:fs";
import path from "node:path";
import express from "express";
import session from "express-session";
import { reply } from "../node/dialogue.js";

const { PORT, STATE } = process.env;
const app = express();
app.set("trust proxy", true);
app.use(express.json());
app.use(
  session({
    secret: "only an example",
    resave: false,
    saveUninitialized: true,
    cookie: { maxAge: 1_800_000 },
  }),
);

app.get("/health", (_, response) => response.send("ok"));

app.post("/api/chat", (request, response, next) => {
  const chat = (request.session.chat ??= { step: null });
  const { text, order } = reply(chat, request.body.message);
  if (order) {
    // The order has the session's number, so that placing it twice is placing it once.
    fs.mkdirSync(path.join(STATE, "orders"), { recursive: true });
    const place = path.join(STATE, "orders", `${request.sessionID}-${order.quantity}.json`);
    fs.writeFileSync(place, JSON.stringify(order));
  }
  // The answer waits until the session is on the disk.
  request.session.save((error) => {
    if (error) return next(error);
    response.json({ text, flow: chat.flow, step: chat.step, sessionId: request.sessionID });
  });
});

app.delete("/api/chat", (request, response, next) => {
  request.session.destroy((error) => (error ? next(error) : response.sendStatus(204)));
});

app.get("/orders", (_, response) => {
  const folder = path.join(STATE, "orders");
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  response.json(names.map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"))));
});

app.listen(Number(PORT), "127.0.0.1");
