#!/bin/sh
# ikefrag agent for macOS and Linux without Node.js or Deno. MIT licence.
set -u
ikefrag_code='__IKEFRAG_CODE__'
ikefrag_server='__IKEFRAG_URL__'

main() {
  printf '%s\n' "Cannot measure from a shell yet: open $ikefrag_server/a/$ikefrag_code/by-hand in a browser."
  return 3
}

main "$@"
