// A chat service for bulk orders on Express. express-session keeps the conversation in the store
// that it is given, and an order goes to a file of its own.
import fs from "node:fs";
import path from "node:path";
import express from "express";
import session from "express-session";
import { reply } from "../node/dialogue.js";

const { PORT, STATE } = process.env;

// One message after the other, for each browser.
export function inTurn() {
  const last = new Map();
  return (request, response, next) => {
    const browser = request.headers.cookie;
    const turn = Promise.resolve(last.get(browser)).then(
      () =>
        new Promise((done) => {
          response.on("close", done);
          next();
        }),
    );
    last.set(browser, turn);
    turn.then(() => last.get(browser) === turn && last.delete(browser));
  };
}

export function serve(store, ...before) {
  const app = express();
  app.set("trust proxy", true);
  app.use(express.json(), ...before);
  app.use(
    session({
      store,
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
}
