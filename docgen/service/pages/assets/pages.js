// What htmx does not do: the print dialog. Everything works without it.
"use strict";
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
