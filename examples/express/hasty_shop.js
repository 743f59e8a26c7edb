// The same chat service as most are written: two messages of a browser are served at once, each on
// its own copy of the session.
import { serve } from "./app.js";
import { files } from "./files.js";

serve(files);
