// Renders Cucumber Messages with the official formatter: FORMATTER MESSAGES PAGE.
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { pathToFileURL } from "node:url";

const [formatter, messages, page] = process.argv.slice(2);
const found = await import(pathToFileURL(`${formatter}/dist/src/index.js`));
const Stream = found.CucumberHtmlStream ?? found.default.CucumberHtmlStream ?? found.default;
const stream = new Stream();
const written = createWriteStream(page);
stream.pipe(written);
for await (const line of createInterface({ input: createReadStream(messages) })) {
  if (line && !stream.write(JSON.parse(line))) await once(stream, "drain");
}
stream.end();
await once(written, "finish");
