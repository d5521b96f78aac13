import comments from "@eslint-community/eslint-plugin-eslint-comments";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Packages that only an adapter named after them may import (design: import law). */
const technologies = {
  docker: ["dockerode", "tar-stream"],
  api: ["@kubernetes/client-node"],
  execa: ["execa", "node:child_process"],
  yargs: ["yargs", "yargs/*"],
  listr: ["listr2"],
  lockfile: ["proper-lockfile"],
  marked: ["marked", "marked-terminal"],
};

/** Adapters, which everything else knows by their contract; bin.ts and create-platform.ts put them together. */
const adapters = [
  "**/docker-*.ts",
  "**/kind-*.ts",
  "**/api-kube.ts",
  "**/cli-helm.ts",
  "**/execa-*.ts",
  "**/listr-*.ts",
  "**/host-engine.ts",
  "**/private-engine.ts",
];

/** @param {{ allow?: (keyof typeof technologies)[]; adaptersToo?: boolean }} options */
function importLaw({ allow = [], adaptersToo = false }) {
  const packages = Object.entries(technologies).flatMap(([name, list]) =>
    allow.includes(/** @type {keyof typeof technologies} */ (name)) ? [] : list,
  );
  const patterns = [
    {
      group: packages,
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
