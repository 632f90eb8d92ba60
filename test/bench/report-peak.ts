/**
 * What Node is given with `--import` to say on stderr how large its process became, in kilobytes. It is a
 * script and no file: to read a file of TypeScript would itself take 20 MB.
 */
export const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak-rss-kb ' + process.resourceUsage().maxRSS + '\\n'))",
)}`;
