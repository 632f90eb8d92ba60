/** Loaded with `--import`: says on stderr how large the process became. */
process.on("exit", () => process.stderr.write(`peak-rss-kb ${process.resourceUsage().maxRSS}\n`));
