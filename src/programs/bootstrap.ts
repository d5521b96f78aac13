import { processFile } from "./end-program.ts";
import { runtimeFolder, type ProgramFile } from "./program-files.ts";

/**
 * Unpacks files from standard input below a new folder, and becomes the program, which reads on from there: nothing
 * of it stands in the pod's spec. A shell's `read` takes no byte beyond the line feed:
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/read.html
 */
const script = `
set -eu
mkdir "$1"
cd "$1"
shift
while IFS= read -r path && [ -n "$path" ]; do
  IFS= read -r content
  mkdir -p "$(dirname "$path")"
  printf %s "$content" | base64 -d > "$path"
done
echo "$$" > ${processFile}
export PYTHONPATH="$PWD/${runtimeFolder}\${PYTHONPATH:+:$PYTHONPATH}"
exec "$@"
`;

/** @param folder a new one, which the program runs in. */
export function bootstrapCommand(folder: string, run: readonly string[]): readonly string[] {
  return ["sh", "-c", script, "labctl", folder, ...run];
}

/** What the bootstrap reads: a line with the path and one with the content of each file, and an empty line. */
export function bootstrapInput(files: readonly ProgramFile[]): string {
  const lines = files.flatMap(({ path, content }) => [path, content.toString("base64")]);
  return `${[...lines, ""].join("\n")}\n`;
}
