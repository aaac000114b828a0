// What html-validate asks of akam's pages: all that it recommends, less what says nothing about a page's meaning.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Advice for search engines (70 characters); the titles hold names that the candidate chose.
    "long-title": "off",
    // Where a declaration stands is taste: the width of a bar in a chart belongs to that bar.
    "no-inline-style": "off",
    // Spaces at the end of a line stand in the candidate's own text, which is shown as it is.
    "no-trailing-whitespace": "off",
    // How a telephone number breaks over two lines is typography.
    "tel-non-breaking": "off",
    // The codes of the diploma are ids, so that a link may say `#1.D.3`: HTML asks only that an id has no space.
    "valid-id": ["error", { relaxed: true }],
  },
};
