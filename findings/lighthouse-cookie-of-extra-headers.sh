#!/usr/bin/env bash
# Guess: `extraHeaders: {Cookie: …}` signs Lighthouse in on every page that one browser is given to look at.
# Happens: Chromium sends that header until the site has set a cookie of its own, of whatever name. From then on it sends
#   the cookies that it keeps and drops the header: the page after it is looked at as by a stranger. Lighthouse says
#   nothing, and reports the scores of the page for signing in, to which the site has led it.
# Version: lighthouse 12.8.2 with Chromium 156 (Debian), Node.js 20.
# Matters: scores of pages behind a sign-in are those of the sign-in page from the second address on. A browser for each
#   address, or a look at `finalDisplayedUrl`, helps.
set -euo pipefail

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || { echo "needs Chromium" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "type": "module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts lighthouse@12.8.2 chrome-launcher@1.2.1

cat > look.mjs <<'EOF'
import { createServer } from "node:http";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const seen = {};
const server = createServer((request, response) => {
  if (request.url.length === 2) (seen[request.url] ??= []).push(request.headers.cookie ?? "none");
  response.setHeader("Set-Cookie", "visited=yes");
  response.setHeader("Content-Type", "text/html");
  response.end("<!doctype html><title>A page</title><p>A page");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const chrome = await launch({ chromePath: process.argv[2], chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
for (const page of ["/1", "/2"]) {
  const address = `http://127.0.0.1:${server.address().port}${page}`;
  await lighthouse(address, { port: chrome.port, logLevel: "silent", onlyCategories: ["seo"], extraHeaders: { Cookie: "session=mine" } });
}
await chrome.kill();
server.close();
console.log(JSON.stringify(seen));
const isFirstSignedIn = seen["/1"][0] === "session=mine";
const isSecond = seen["/2"].every((cookies) => cookies.includes("session=mine"));
console.log(`the first page is asked for with the header: ${isFirstSignedIn}; the second: ${isSecond}`);
process.exit(isFirstSignedIn && !isSecond ? 0 : 1);
EOF
node look.mjs "$chromium"
