// Adds up while somebody fills in: hours of a week, and shares. The server does the same sums when the form is sent.

const minutes = (text) => {
  const clock = /^\s*([01]?\d|2[0-3])[:.]?([0-5]\d)\s*$/.exec(text);
  return clock ? Number(clock[1]) * 60 + Number(clock[2]) : NaN;
};

function hoursOf(grid) {
  let total = 0;
  let days = 0;
  for (const tick of grid.querySelectorAll("input[type=checkbox]:checked")) {
    const [starts, ends] = tick.closest(".alongside-timetable__row").querySelectorAll("input[type=text]");
    total += minutes(ends.value) - minutes(starts.value);
    days += 1;
  }
  if (!days) return "No day is chosen yet";
  if (!(total > 0)) return "";
  const hours = Number((total / 60).toFixed(2));
  return `${hours} hours a week on ${days} ${days === 1 ? "day" : "days"}, breaks included`;
}

function sharesOf(lines) {
  let hundredths = 0;
  for (const box of lines.querySelectorAll("input[type=text]")) {
    hundredths += Math.round(Number(box.value.replace("%", "").trim()) * 100) || 0;
  }
  const sum = (hundredths / 100).toFixed(2);
  return hundredths === 10000 ? `Together ${sum} %` : `Together ${sum} %. It must be 100.00 %`;
}

function follow(group, says) {
  const line = group.querySelector("[data-sum]");
  const show = () => {
    const words = says(group);
    if (line.textContent !== words) line.textContent = words;
  };
  group.addEventListener("input", show);
  show();
}

for (const grid of document.querySelectorAll("[data-timetable]")) follow(grid, hoursOf);
for (const lines of document.querySelectorAll("[data-shares]")) follow(lines, sharesOf);
