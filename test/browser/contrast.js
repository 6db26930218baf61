// Each visible element with text of its own, and how its colour stands out from what is behind it: relative luminance and
// contrast ratio of WCAG 2.2. Runs in the page; its value is that of the last expression.
(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backOf = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? backOf(element.parentElement) : backgroundColor;
  };
  return [...document.querySelectorAll('body *')]
    .filter((one) => one instanceof HTMLElement && one.checkVisibility())
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
    .map((one) => {
      const [low, high] = [getComputedStyle(one).color, backOf(one)].map(luminance).sort((a, b) => a - b);
      return { text: one.textContent.slice(0, 40), ratio: (high + 0.05) / (low + 0.05) };
    });
})();
