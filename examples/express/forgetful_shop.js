// The same chat service with the session store that express-session has unless told otherwise:
// the memory of the process.
import { inTurn, serve } from "./app.js";

serve(undefined, inTurn());
