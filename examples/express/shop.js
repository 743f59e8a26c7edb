// The chat service with sessions in files, which serves one message of a browser after the other.
import { inTurn, serve } from "./app.js";
import { files } from "./files.js";

serve(files, inTurn());
