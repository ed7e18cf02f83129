// What scrolls sideways is reached with Tab, so that the arrow keys move it: not every browser does so by itself.
const reached = new ResizeObserver((changed) => {
  for (const { target } of changed) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
addEventListener("load", () => {
  for (const one of document.querySelectorAll("article pre > code, article .md-typeset__scrollwrap")) reached.observe(one);
});
