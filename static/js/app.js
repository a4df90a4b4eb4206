// Everything works without this file. It makes the same pages quicker to use.
import { createAll, initAll } from "./govuk-frontend.min.js";
import { Alert } from "./moj-alert.js";
import { FilterToggleButton } from "./moj-filter-toggle-button.js";
import { SortableTable } from "./moj-sortable-table.js";
import { followProgress } from "./progress.js";
import { holdWithoutSignal } from "./signal.js";
import { tidyDevice } from "./tidy.js";

initAll();
createAll(Alert);
createAll(FilterToggleButton);
createAll(SortableTable);
for (const run of document.querySelectorAll("[data-progress]")) followProgress(run);
holdWithoutSignal();
tidyDevice();
