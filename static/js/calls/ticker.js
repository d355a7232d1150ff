// A worker that says once a second that a second passed: browsers slow the clocks of pages that nobody looks at.
setInterval(() => postMessage(0), 1000);
