// What is wrong with a page's HTML as it is sent: html-validate, by the rules of the HTML standard and of accessibility.
import { HtmlValidate } from "html-validate";

const checker = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  rules: {
    // What is loaded comes from ourselves, under a name that holds its hash.
    "require-sri": "off",
    // A button in a form sends it, as the standard says.
    "no-implicit-button-type": "off",
  },
});

/** Each mistake in `text` as a sentence with its line. */
export async function mistakes(text) {
  const { results } = await checker.validateString(text);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, column, message, ruleId }) => `HTML ${line}:${column}: ${message} (${ruleId})`),
  );
}
