// Loads pages as Lighthouse does, each in a browser of its own, and writes what it finds as one line of JSON:
// {address: {category: score from 0 to 100, …, "at": where it came to stand, "below": the audits that were not met}}.
//
//     node run.mjs CHROMIUM COOKIE FORM ADDRESS…      (FORM is mobile or desktop)
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const [chromePath, cookie, form, ...addresses] = process.argv.slice(2);
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
const isMissed = ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative";

async function look(address) {
  // A browser that has cookies of its own leaves out those of `extraHeaders`.
  const chrome = await launch({ chromePath, chromeFlags: FLAGS });
  try {
    const options = { port: chrome.port, output: "json", logLevel: "error", extraHeaders: { Cookie: cookie } };
    const { lhr } = await lighthouse(address, options, form === "desktop" ? desktopConfig : undefined);
    const scores = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * (score ?? 0))]);
    const below = Object.values(lhr.audits).filter(isMissed);
    return { ...Object.fromEntries(scores), at: lhr.finalDisplayedUrl, below: below.map(({ id }) => id) };
  } finally {
    await chrome.kill();
  }
}

const found = {};
for (const address of addresses) found[address] = await look(address);
console.log(JSON.stringify(found));
