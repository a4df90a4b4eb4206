// Makes static/build/: one style sheet, and the scripts as they are. No bundler: browsers load ES modules themselves.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const build = join(here, "build");
const moj = join(packages, "@ministryofjustice/frontend/moj");

// GOV.UK's is one file with every component: whole and minified it is lighter than those of its modules that we use, which
// are not. Of MOJ's patterns one has a script, a bundle that stands alone.
const SCRIPTS = {
  "govuk-frontend.min.js": join(packages, "govuk-frontend/dist/govuk/govuk-frontend.min.js"),
  "moj-sortable-table.js": join(moj, "components/sortable-table/sortable-table.bundle.mjs"),
  "idb.js": join(packages, "idb/build/index.js"),
};
const ICONS = ["icon-document.svg", "icon-toggle-plus-minus.svg", "icon-close-cross-black.svg",
  "icon-tag-remove-cross.svg", "icon-tag-remove-cross-white.svg"];

// Comments are for whoever reads the sources. The maps are not shipped, and the manifest storage refuses a file that
// points to a missing one.
const withoutComments = (text) => text.replace(/^\s*\/\*[^]*?\*\/\n?/gm, "").replace(/^\s*\/\/.*\n?/gm, "");

rmSync(build, { recursive: true, force: true });
mkdirSync(join(build, "js"), { recursive: true });
mkdirSync(join(build, "moj"), { recursive: true });

const { css } = compile(join(here, "scss/app.scss"), {
  style: "compressed",
  loadPaths: [here],
  quietDeps: true,
  // MOJ Frontend still asks for a mixin that GOV.UK Frontend is about to rename: nothing that we could change.
  logger: { warn: (message) => message.includes("govuk-text-colour") || console.warn(message) },
});
writeFileSync(join(build, "app.css"), css);

for (const [name, from] of Object.entries(SCRIPTS)) {
  writeFileSync(join(build, "js", name), withoutComments(readFileSync(from, "utf8")));
}
for (const name of readdirSync(join(here, "js"))) {
  writeFileSync(join(build, "js", name), withoutComments(readFileSync(join(here, "js", name), "utf8")));
}
for (const name of ICONS) {
  copyFileSync(join(moj, "assets/images", name), join(build, "moj", name));
}
console.log(`static/build: app.css ${Math.round(css.length / 1024)} KB, ${readdirSync(join(build, "js")).length} scripts`);
