"use strict";

// A button beside each piece of code, which copies it.
for (const block of document.querySelectorAll("pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
  });
  // Readers without a mouse scroll a long line with the keyboard.
  block.tabIndex = 0;
  block.setAttribute("role", "region");
  block.setAttribute("aria-label", `Code: ${block.closest("section").querySelector("h2").textContent}`);
  block.before(button);
}
