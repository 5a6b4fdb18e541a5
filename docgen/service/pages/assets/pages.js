// What makes the pages quicker for those who have JavaScript. Everything works without it.
"use strict";

// Outline on the page what the field holds that is being filled in.
const outline = () => {
  const field = document.activeElement?.dataset?.field;
  for (const spot of document.querySelectorAll("rect[data-fields]"))
    spot.classList.toggle("at", Boolean(field) && spot.dataset.fields.split(" ").includes(field));
};
document.addEventListener("focusin", outline);

// After a check: say of each field to those who hear the page whether it is right, and outline anew.
document.addEventListener("htmx:after:swap", () => {
  for (const messages of document.querySelectorAll(".messages[data-for]")) {
    const input = document.getElementById(messages.dataset.for);
    if (messages.querySelector(".problem")) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  }
  outline();
});
