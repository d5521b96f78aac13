import comments from "@eslint-community/eslint-plugin-eslint-comments";
import { defineConfig } from "eslint/config";
import boundaries from "eslint-plugin-boundaries";
import tseslint from "typescript-eslint";

/**
 * The rooms of src/, the lowest first: each may import those that stand before it, and none after it, types included.
 * A room is a folder, or files of src/ itself that belong together. docs/architecture.md draws it.
 */
const rooms = {
  ground: [
    "errors",
    "expected-error",
    "clock",
    "clean-ups",
    "bounded",
    "briefly",
    "wait",
    "exists",
    "plain-files",
    "plain-text",
    "parse-json",
    "secret-file",
    "json-file",
    "temporary-folder",
    "did-you-mean",
    "version",
    "chosen",
    "places",
  ],
  // What the rest is said and done with.
  yaml: "yaml",
  terminal: "terminal",
  report: "report",
  exec: "exec",
  oci: "oci",
  // Technologies: a contract each, and its adapters.
  docker: "docker",
  kube: "kube",
  registry: "registry",
  helm: "helm",
  host: "host",
  engine: "engine",
  images: "images",
  charts: "charts",
  cluster: "cluster",
  browser: "browser",
  tools: "tools",
  // What is kept in the cluster, and what is known of it.
  records: "records",
  diagnosis: "diagnosis",
  manifests: "manifests",
  probe: "probe",
  disturb: "disturb",
  // What is found of a lab's objects, and who asks for more: the programs that labs bring.
  look: "look",
  programs: "programs",
  // Labs: what they check, what they are, what is done with them.
  checks: "checks",
  lab: "lab",
  grade: "grade",
  // The world that a command gets, and what it does with it.
  world: ["platform", "deps"],
  steps: "steps",
  session: "session",
  lifecycle: "lifecycle",
  doctor: "doctor",
  commands: "commands",
  process: ["main", "create-platform", "lockfile-lock", "system-clock", "bin"],
};

/** Packages that only an adapter named after them may import (docs/architecture.md: Technologies). */
const technologies = {
  docker: ["dockerode", "tar-stream"],
  api: ["@kubernetes/client-node"],
  execa: ["execa", "node:child_process"],
  yargs: ["yargs"],
  listr: ["listr2"],
  lockfile: ["proper-lockfile"],
  marked: ["marked", "marked-terminal"],
  playwright: ["playwright-core"],
  cel: ["@marcbachmann/cel-js"],
  yaml: ["yaml", "js-yaml"],
};

/** Adapters, which everything else knows by their contract; bin.ts and create-platform.ts put them together. */
const adapters = [
  "**/docker-*.ts",
  "**/kind-*.ts",
  "**/api-kube.ts",
  "**/cli-helm.ts",
  "**/execa-*.ts",
  "**/listr-*.ts",
  "**/playwright-*.ts",
  "**/host-engine.ts",
  "**/private-engine.ts",
];

/** No room imports from a higher one. */
const roomOrder = {
  plugins: { boundaries },
  settings: {
    "boundaries/files": Object.entries(rooms).map(([category, where]) => ({
      category,
      pattern: Array.isArray(where) ? where.map((file) => `src/${file}.ts`) : `src/${where}/**`,
    })),
    "boundaries/dependency-nodes": ["import", "export", "dynamic-import"],
  },
  rules: {
    "boundaries/no-unknown-files": "error",
    "boundaries/dependencies": [
      "error",
      {
        default: "allow",
        policies: Object.keys(rooms).map((room, index, all) => ({
          from: { file: { categories: room } },
          disallow: { to: { file: { categories: { anyOf: all.slice(index + 1) } } } },
          message: `${room} is a lower room than that of {{dependency.source}}: see \`rooms\` in eslint.config.js.`,
        })),
      },
    ],
  },
};

/** @param {{ allow?: (keyof typeof technologies)[]; adaptersToo?: boolean }} options */
function importLaw({ allow = [], adaptersToo = false }) {
  const packages = Object.entries(technologies).flatMap(([name, list]) =>
    allow.includes(/** @type {keyof typeof technologies} */ (name)) ? [] : list,
  );
  const patterns = [
    {
      regex: `^(${packages.join("|")})(/|$)`,
      message: "Only the adapter named after this technology imports it.",
      allowTypeImports: false,
    },
    { group: ["node:process", "process"], message: "Only bin.ts touches the process; take it from deps." },
    ...(adaptersToo ? [] : [{ group: adapters, message: "Import the contract, not the adapter." }]),
  ];
  return { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] };
}

export default defineConfig(
  { ignores: ["node_modules", "dist", "docs", "labs", "images", "charts"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { comments },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "comments/require-description": ["error", { ignore: ["eslint-enable"] }],
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 60 }],
      "no-console": "error",
      "no-restricted-globals": ["error", { name: "process", message: "Only bin.ts touches the process." }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/unified-signatures": "off",
    },
  },
  { files: ["src/**/*.ts"], ...roomOrder },
  { files: ["src/**/*.ts"], rules: importLaw({}) },
  ...Object.keys(technologies).map((name) => ({
    files: [`src/**/${name}-*.ts`],
    rules: importLaw({ allow: [/** @type {keyof typeof technologies} */ (name)], adaptersToo: true }),
  })),
  // The engine's and kind's adapters stand on Docker and on each other.
  {
    files: ["src/engine/*-engine.ts", "src/cluster/kind-*.ts", "src/helm/cli-*.ts"],
    rules: importLaw({ allow: ["docker"], adaptersToo: true }),
  },
  // A WebSocket to the front door is opened by hand; published charts are edited with their comments kept.
  { files: ["src/probe/front-door-socket.ts"], rules: importLaw({ allow: ["socket"] }) },
  { files: ["src/yaml/*.ts", "src/charts/*.ts"], rules: importLaw({ allow: ["yaml"] }) },
  // The command line is yargs's; a lab's text is marked's.
  { files: ["src/main.ts", "src/commands/**/*.ts"], rules: importLaw({ allow: ["yargs"] }) },
  { files: ["src/bin.ts", "src/create-platform.ts"], rules: { ...importLaw({ adaptersToo: true }) } },
  { files: ["src/bin.ts", "scripts/**/*.ts", "tests/**/*.ts"], rules: { "no-restricted-globals": "off" } },
  {
    files: ["src/bin.ts"],
    rules: { "@typescript-eslint/no-restricted-imports": "off" },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
);
