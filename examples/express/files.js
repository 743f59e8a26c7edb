// A store of sessions in files.
import path from "node:path";
import session from "express-session";
import fileStore from "session-file-store";

const FileStore = fileStore(session);

export const files = new FileStore({
  path: path.join(process.env.STATE, "sessions"),
  ttl: 1800,
  retries: 1,
  logFn() {},
});
