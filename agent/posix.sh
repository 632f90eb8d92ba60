#!/bin/sh
# ikefrag agent for macOS and Linux without Node.js or Deno: finds out why an IKEv2 VPN does not come up.
# MIT licence.
#
# This is all of it: nothing is installed, nothing else is loaded. Read it before you run it. It
#   1. asks the service which VPN gateway the case is about,
#   2. shows what it will read and send, and waits for a yes,
#   3. reads network interfaces and the route to that gateway, sends test packets to it, and where step 2 says
#      so to a reflector (at most 64 packets, 128 KiB), begins logins without a name,
#   4. sends what it measured to the service, and prints a report ID.
# It changes nothing and records nothing. What this computer has no program for is left out, and said so.
#
# Usage: sh ikefrag.sh --server URL --code CODE [options]
#   --yes          start without asking
#   --dry-run      read this computer only, show the result, send nothing
#   --save FILE    keep the measurements in FILE as well
#   --lang en|ja   language
# IKEFRAG_SERVER and IKEFRAG_CODE in the environment do for the first two.
#
# It needs awk, and curl or GNU wget; ping for echo requests; perl, or bash with dd and timeout, for UDP. It
# runs in dash, bash and busybox, and uses no local variables, which POSIX does not have.
# Nothing happens before the last line, which calls start_ikefrag. Exit codes: 0 healthy or done, 1 a problem
# was found, 2 misused, 3 no network, 4 refused or declined, 5 upload failed.

start_ikefrag() {
  set -uf # -f: no file name is ever made of a word
  version='0.1.0'
  code='__IKEFRAG_CODE__'
  server='__IKEFRAG_URL__'
  case $code in __*) code=${IKEFRAG_CODE-} ;; esac
  case $server in __*) server=${IKEFRAG_SERVER-} ;; esac
  said_yes='' dry_run='' save=''
  case ${LC_ALL:-${LC_MESSAGES:-${LANG-}}} in ja*) language=ja ;; *) language=en ;; esac
  while [ $# -gt 0 ]; do
    case $1 in
      --server=* | --code=* | --save=* | --lang=*) set_option "${1%%=*}" "${1#*=}" || return 2 ;;
      --server | --code | --save | --lang)
        [ $# -ge 2 ] || { misused "$1"; return 2; }
        set_option "$1" "$2" || return 2
        shift
        ;;
      --yes | -y) said_yes=1 ;;
      --dry-run) dry_run=1 ;;
      --help | -h) show_usage; return 0 ;;
      *) misused "$1"; return 2 ;;
    esac
    shift
  done
  # English from programs, and bytes are bytes. Files are for this user alone.
  LC_ALL=C
  export LC_ALL
  umask 077

  server=${server%/}
  scheme=${server%%://*}
  case $server in http://?* | https://?*) ;; *) misused --server; return 2 ;; esac
  case ${server#*://} in *[!][A-Za-z0-9.:_-]*) misused --server; return 2 ;; esac
  if [ -z "$code" ]; then
    read_answer 'Case code: ' || { misused --code; return 2; }
    code=$(printf '%s' "$answer" | tr -d ' \t\r')
  fi
  case $code in '' | *[!A-Za-z0-9-]*) misused --code; return 2 ;; esac
  [ ${#code} -le 64 ] || { misused --code; return 2; }

  client=''
  if has curl; then client=curl
  elif has wget; then case $(wget --version 2>/dev/null) in 'GNU Wget'*) client=wget ;; esac; fi
  missing=''
  [ -n "$client" ] || missing='curl or GNU wget'
  for program in awk sed tr mktemp date; do has "$program" || missing=${missing:-$program}; done
  if [ -n "$missing" ]; then
    tell "Cannot run here: this computer has no $missing. Open this page in a browser instead; it needs no script:"
    tell "$server/a/$code/by-hand"
    return 3
  fi
  folder=$(mktemp -d "${TMPDIR:-/tmp}/ikefrag.XXXXXX") || return 3
  jobs_running=''
  trap 'rm -rf "$folder"' EXIT
  trap 'stop_all' INT TERM HUP
  choose_tools
  first_words
  open_case
}

set_option() {
  case $1 in
    --server) server=$2 ;;
    --code) code=$2 ;;
    --save) save=$2 ;;
    --lang)
      case $2 in en | ja) language=$2 ;; *) misused "--lang"; return 1 ;; esac
      ;;
  esac
}

misused() {
  tell "Cannot start: $(printf '%s' "$1" | LC_ALL=C tr -dc ' -~')"
  show_usage
}

show_usage() {
  tell 'Usage: sh ikefrag.sh --server URL --code CODE [--yes] [--dry-run] [--save FILE] [--lang en|ja]'
}

has() { command -v "$1" >/dev/null 2>&1; }

# A line for the person. The result alone goes to standard output, so that scripts get only that.
tell() { printf '%s\n' "$1" >&2; }

# Background jobs ignore Ctrl-C, so they are ended one by one; only digits are split here.
stop_all() {
  trap '' INT TERM HUP
  for running in $jobs_running; do kill "$running" 2>/dev/null; done
  exit 130
}

# Where a person answers: the terminal, because standard input may be this script.
read_answer() {
  answer=''
  if [ -t 0 ]; then
    printf '%s' "$1" >&2
    IFS= read -r answer || :
  elif (: </dev/tty) 2>/dev/null; then
    printf '%s' "$1" >&2
    IFS= read -r answer </dev/tty || :
  else
    return 1
  fi
}

# y and yes, and in Japanese a wide y and "hai".
is_yes() {
  case $(printf '%s' "$1" | tr -d ' \t\r' | tr 'YES' 'yes') in
    y | yes) return 0 ;;
    "$(printf '\357\275\231')" | "$(printf '\343\201\257\343\201\204')") return 0 ;;
  esac
  return 1
}

# ---- What this computer has ----

choose_tools() {
  case $(uname -s) in Linux) platform=linux ;; Darwin) platform=macos ;; *) platform=other ;; esac
  # The clock: Linux counts from its start, which no setting of the time disturbs; else perl, else seconds.
  if [ -r /proc/uptime ]; then clock=uptime
  elif has perl && perl -MTime::HiRes -e 1 2>/dev/null; then clock=perl
  else clock=seconds; fi
  started_ms=0
  now_ms
  started_ms=$now
  udp_by=''
  if has perl && perl -MSocket=inet_pton,pack_sockaddr_in6 -e 1 2>/dev/null; then udp_by=perl
  elif has bash && has dd && has od && has timeout; then udp_by=bash; fi
  ping_kind=''
  if has ping; then
    ping_kind=plain
    [ "$platform" = macos ] && ping_kind=macos
    [ "$platform" = linux ] && case $(ping -V 2>&1) in *iputils*) ping_kind=iputils ;; esac
  fi
  printf '0 0\n' >"$folder/sent"
}

# Sets now: milliseconds since the run began.
now_ms() {
  case $clock in
    uptime)
      read -r uptime rest </proc/uptime
      now=$((${uptime%.*} * 1000 + 1${uptime#*.} * 10 - 1000))
      ;;
    perl) now=$(perl -MTime::HiRes=time -e 'printf "%d", 1000 * time') ;;
    seconds) now=$(date +%s)000 ;;
  esac
  now=$((now - started_ms))
  [ "$now" -ge 0 ] || now=0
}

# Waits, where sleep knows fractions of a second; else a whole second.
pause_ms() {
  part_ms=$((1000 + $1 % 1000))
  sleep "$(($1 / 1000)).${part_ms#1}" 2>/dev/null || sleep $(($1 / 1000 + 1))
}

# Runs a program for at most so many seconds.
limited() {
  if has timeout; then timeout "$@"
  elif has perl; then perl -e 'alarm shift; exec @ARGV; exit 127' "$@"
  else shift; "$@"; fi
}

# Text of this computer as a JSON string: one line, ASCII, at most 512 characters.
json_text() { printf '%s' "$1" | tr '\n\t' '  ' | awk "$awk_json"'{ print quoted($0) }'; }

awk_json='
function quoted(text,   out, at, c) {
  out = "\""
  for (at = 1; at <= length(text) && at <= 512; at++) {
    c = substr(text, at, 1)
    if (c == "\\" || c == "\"") out = out "\\" c
    else out = out (c ~ /[ -~]/ ? c : "?")
  }
  return out "\""
}
'

agent_info() {
  case $platform in
    linux)
      os_name=$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2>/dev/null | head -n 1)
      os_name="${os_name:-Linux}, kernel $(uname -r)"
      ;;
    macos) os_name="macOS $(sw_vers -productVersion 2>/dev/null), Darwin $(uname -r)" ;;
    *) os_name="$(uname -s) $(uname -r)" ;;
  esac
  elevated=false
  [ "$(id -u 2>/dev/null)" = 0 ] && elevated=true
  printf '{"name":"ikefrag-sh","version":"%s","platform":"%s","osVersion":%s,"runtime":%s,"language":"%s","elevated":%s}' \
    "$version" "$platform" "$(json_text "$os_name")" "$(json_text "sh, $client${udp_by:+, $udp_by}")" "$language" "$elevated"
}

# ---- Words: a few stand here, and the service sends the others in the language asked for ----

first_words() {
  {
    printf 'opening\tikefrag {0}: looking up case {1} at {2} ...\n'
    printf 'noService\tCannot reach {0}: {1}. Check that this computer is online, then run the same command again.\n'
    printf 'refused\tThe service refused: {0}\n'
    printf 'seeBlocked\tIf a proxy or a security program is in the way: {0}/blocked says what helps.\n'
    printf 'strangeAnswer\tthe service'\''s answer cannot be read: {0}\n'
  } >"$folder/words"
  if [ "$language" = ja ]; then
    # "{0}" cannot be reached, and where more is said of it, in Japanese.
    printf 'noService\t{0} \343\201\253\346\216\245\347\266\232\343\201\247\343\201\215\343\201\276\343\201\233\343\202\223\357\274\232{1}\n' >>"$folder/words"
    printf 'seeBlocked\t\350\251\263\347\264\260\357\274\232{0}/blocked\n' >>"$folder/words"
  fi
}

# Prints the sentence of that name; {0}, {1} and {2} stand for the values, and no brace in a value does.
words() {
  KEY=$1 VALUE0=${2-} VALUE1=${3-} VALUE2=${4-} awk '
    BEGIN { FS = "\t" }
    $1 == ENVIRON["KEY"] { text = $2 } # the last one is the newest
    END {
      while (match(text, /\{[0-2]\}/)) {
        printf "%s%s", substr(text, 1, RSTART - 1), ENVIRON["VALUE" substr(text, RSTART + 1, 1)]
        text = substr(text, RSTART + 3)
      }
      print text
    }' "$folder/words"
}

say() { words "$@" >&2; }

# ---- The service: three requests ----

# Sets outcome to ok, and writes the answer as a table of paths, types and values; or sets it to refused (with
# status), unreachable or strange, with a text in reason.
request() { # method, path, token or nothing, file or nothing
  status=0
  sent_file=${4-}
  : >"$folder/head"
  : >"$folder/errors"
  # The token stands in a file, because everybody can read the arguments of a program.
  if [ "$client" = curl ]; then
    {
      printf 'header = "Accept: application/json"\nheader = "Accept-Language: %s"\n' "$language"
      [ -z "$3" ] || printf 'header = "Authorization: Bearer %s"\n' "$3"
      [ -z "$sent_file" ] || printf 'header = "Content-Type: application/json"\ndata-binary = "@%s"\n' "$sent_file"
    } >"$folder/request"
    # A redirection could give the code or the token to somebody else.
    {
      curl -q -gsS -K "$folder/request" -X "$1" --proto "=$scheme" --max-redirs 0 --max-time 20 \
        -D "$folder/head" "$server$2" 2>"$folder/errors"
      printf '%s\n' "$?" >"$folder/ended"
    } | head -c 4194305 >"$folder/body"
  else
    {
      printf 'header = Accept: application/json\nheader = Accept-Language: %s\n' "$language"
      [ -z "$3" ] || printf 'header = Authorization: Bearer %s\n' "$3"
      [ -z "$sent_file" ] || printf 'header = Content-Type: application/json\n'
    } >"$folder/request"
    {
      limited 30 wget --config="$folder/request" -q -S -O - --max-redirect=0 --tries=1 --timeout=20 \
        --content-on-error ${sent_file:+"--post-file=$sent_file"} "$server$2" 2>"$folder/head"
      printf '%s\n' "$?" >"$folder/ended"
    } | head -c 4194305 >"$folder/body"
    sed -n '/^  *HTTP/!p' "$folder/head" >"$folder/errors"
  fi
  read_response
}

read_response() {
  # The last status counts: a proxy may have answered before the service did.
  status=$(sed -n 's/^ *HTTP\/[0-9.]* *\([0-9][0-9][0-9]\).*/\1/p' "$folder/head" | tail -n 1)
  read -r ended <"$folder/ended"
  if [ -z "$status" ]; then
    outcome=unreachable
    reason=$(tr -dc ' -~' <"$folder/errors" | cut -c 1-300)
    return
  fi
  if [ "$(wc -c <"$folder/body")" -gt 4194304 ]; then strange 'more than 4 MiB'; return; fi
  if [ "$client" = curl ] && [ "$ended" != 0 ] && [ "$status" -lt 300 ]; then
    # It broke off in the middle.
    outcome=unreachable
    reason=$(tr -dc ' -~' <"$folder/errors" | cut -c 1-300)
    return
  fi
  is_read=''
  read_json <"$folder/body" >"$folder/answer" && is_read=1
  case $status in
    2??) if [ -n "$is_read" ]; then outcome=ok; else strange JSON; fi ;;
    3??) strange "HTTP $status" ;;
    *)
      outcome=refused
      said=''
      # A problem document (RFC 9457). Of anything else, such as a proxy's page, only the status is told.
      [ -z "$is_read" ] || said=$(value_of title)$(value_of detail | sed 's/^./. &/')
      reason=$(words refused "${said:-HTTP $status}")
      ;;
  esac
}

strange() {
  outcome=strange
  reason=$(words strangeAnswer "$1")
}

# Strict JSON on standard input becomes lines of path, type (o a s n b z) and value. A string stays escaped as
# it is. Anything that is not JSON is refused whole, and so are control characters, bytes that are not UTF-8,
# and names that stand twice.
read_json() {
  [ "$(tr -d '\011\012\015\040-\176\200-\377' <"$folder/body" | wc -c)" -eq 0 ] || return 1
  if has iconv; then iconv -f UTF-8 -t UTF-8 <"$folder/body" >/dev/null 2>&1 || return 1; fi
  without_marks | awk "$awk_read_json"
}

# Takes out what would steer a terminal or change the reading direction, as UTF-8: U+0080 to U+009F, U+061C,
# U+200B, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, U+FEFF. The line break at the end shows awk
# whether a quotation mark was the last character.
without_marks() {
  steering=$(printf 's/\302[\200-\237]//g;s/\330\234//g;s/\342\200[\213\216\217\252-\256]//g;s/\342\201[\246-\251]//g;s/\357\273\277//g')
  sed "$steering"
  printf '\n'
}

# Records end at quotation marks, so they are by turns outside and inside of strings.
awk_read_json='
function fail() { isWrong = 1; exit 1 }
function here() { return depth == 0 ? "" : prefix[depth] (kind[depth] == "o" ? key[depth] : count[depth]) }
function put(type, value,   path) {
  if (want != "value" && want != "first") fail()
  if (depth > 0 && kind[depth] == "a") count[depth]++
  path = here()
  if (path in known) fail()
  known[path] = 1
  print path "\t" type "\t" value
  want = "next"
}
function open(type,   path) {
  put(type, "")
  path = here()
  if (++depth > 32) fail()
  kind[depth] = type
  count[depth] = -1
  prefix[depth] = path == "" ? "" : path "."
  want = type == "o" ? "firstKey" : "first"
}
function shut(type) {
  if (depth == 0 || kind[depth] != type) fail()
  if (want != "next" && want != (type == "o" ? "firstKey" : "first")) fail()
  depth--
  want = "next"
}
function outside(text,   at, c, word) {
  if (length(text) > 65536) fail()
  for (at = 1; at <= length(text); at++) {
    c = substr(text, at, 1)
    if (c == " " || c == "\n" || c == "\r" || c == "\t") continue
    if (c == "{") open("o")
    else if (c == "[") open("a")
    else if (c == "}") shut("o")
    else if (c == "]") shut("a")
    else if (c == ":") { if (want != "colon") fail(); want = "value" }
    else if (c == ",") {
      if (want != "next" || depth == 0) fail()
      want = kind[depth] == "o" ? "key" : "value"
    } else {
      word = substr(text, at, 32)
      if (!match(word, /^[-+.a-zA-Z0-9]+/)) fail()
      word = substr(word, 1, RLENGTH)
      if (word == "true" || word == "false") put("b", word)
      else if (word == "null") put("z", word)
      else if (word ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/) put("n", word)
      else fail()
      at += RLENGTH - 1
    }
  }
}
function inside(text,   rest) {
  rest = text
  gsub(/\\\\/, " ", rest)
  gsub(/\\["\/bfnrt]/, " ", rest)
  gsub(/\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]/, " ", rest)
  if (index(rest, "\\") || text ~ /[\t\n\r]/) fail()
  if (want == "key" || want == "firstKey") {
    # A name that could be taken for a path gets one that nobody asks for.
    key[depth] = text ~ /^[A-Za-z0-9_-]+$/ ? text : "?" (++strangers)
    want = "colon"
  } else put("s", text)
}
BEGIN { RS = "\""; want = "value"; isInside = 0; text = "" }
isInside {
  text = text $0
  if (length(text) > 262144) fail()
  if (match($0, /\\+$/) && RLENGTH % 2) { text = text "\""; next }
  inside(text)
  text = ""
  isInside = 0
  next
}
{ outside($0); isInside = 1 }
END { if (isWrong || !isInside || depth > 0 || want != "next") exit 1 }
'

# The value at a path of the answer, to be shown: escapes are gone, and what they could do to a terminal.
value_of() { PATH_ASKED=$1 awk "$awk_decode"'BEGIN { FS = "\t" } $1 == ENVIRON["PATH_ASKED"] { print decoded($3) }' "$folder/answer"; }
type_of() { PATH_ASKED=$1 awk 'BEGIN { FS = "\t" } $1 == ENVIRON["PATH_ASKED"] { print $2 }' "$folder/answer"; }

# JSON of the service escapes only what ASCII itself cannot show.
awk_decode='
function decoded(text,   out, at, c, code) {
  if (text !~ /\\/) return substr(text, 1, 8000)
  out = ""
  for (at = 1; at <= length(text) && at <= 8000; at++) {
    c = substr(text, at, 1)
    if (c != "\\") { out = out c; continue }
    c = substr(text, ++at, 1)
    if (c == "n" || c == "r" || c == "t") out = out " "
    else if (c == "u") {
      code = 16 * (index("0123456789abcdef", tolower(substr(text, at + 3, 1))) - 1) + index("0123456789abcdef", tolower(substr(text, at + 4, 1))) - 1
      if (substr(text, at + 1, 2) != "00") out = out "?"
      else if (code >= 32 && code < 127) out = out sprintf("%c", code)
      at += 4
    } else if (c != "b" && c != "f") out = out c
  }
  return out
}
'

is_host() {
  case $1 in '' | -* | *[!A-Za-z0-9._:-]*) return 1 ;; esac
  [ ${#1} -le 253 ]
}

lower() { printf '%s' "$1" | tr 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' 'abcdefghijklmnopqrstuvwxyz'; }

# ---- The case: what will be done, and whether it may be ----

open_case() {
  say opening "$version" "$code" "$server"
  request GET "/a/$code.json" '' ''
  [ "$outcome" = ok ] || { explain_start; return; }
  gateway=$(value_of gateway)
  reflector=$(value_of reflector)
  [ "$(type_of reflector)" = s ] || reflector=''
  is_host "$gateway" && [ "$(type_of gateway)" = s ] || { strange gateway; explain_start; return; }
  [ -z "$reflector" ] || is_host "$reflector" || { strange reflector; explain_start; return; }
  awk "$awk_decode"'
    BEGIN { FS = "\t" }
    $1 ~ /^agentWords\.[A-Za-z]+$/ && $2 == "s" { print substr($1, 12) "\t" decoded($3) }' "$folder/answer" >>"$folder/words"
  [ -n "$(words startQuestion)" ] || { strange agentWords; explain_start; return; }
  gateway_lower=$(lower "$gateway")
  reflector_lower=$(lower "$reflector")
  began_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  agent=$(agent_info)
  : >"$folder/measured"
  comma=''
  show_consent
  if [ -n "$dry_run" ]; then
    say dryRun
    {
      printf 'round.steps\ta\t\nround.number\tn\t1\nround.steps.0\to\t\nround.steps.0.id\ts\tinterfaces\n'
      printf 'round.steps.0.kind\ts\tinterfaces\nround.steps.0.atMs\tn\t0\nround.steps.0.gateway\ts\t%s\n' "$gateway"
      printf 'round.steps.1\to\t\nround.steps.1.id\ts\tvpn-profiles\nround.steps.1.kind\ts\tvpn-profiles\n'
      printf 'round.steps.1.atMs\tn\t0\n'
    } >"$folder/answer"
    read_round && measure
    [ -z "$save" ] || save_evidence "$save"
    evidence
    return 0
  fi
  if [ -z "$said_yes" ]; then
    if ! read_answer "$(words startQuestion) "; then say noTerminal; return 4; fi
    if ! is_yes "$answer"; then say declined; return 4; fi
  fi
  run_rounds
}

show_consent() {
  hosts=$gateway${reflector:+, $reflector}
  expires=$(value_of expiresAt | tr -dc '0-9TZ:.+-' | cut -c 1-16 | tr T ' ')
  {
    printf '\n'
    words whoAsks "$(value_of operator)" "$server"
    words whichGateway "$gateway"
    words validUntil "$expires UTC"
    words readHeading
    printf '  - %s\n' "$(words readInterfaces)"
    words sendHeading
    printf '  - %s\n' "$(words sendGateway "$hosts" 64 128)"
    [ "$(value_of rehearsal)" != true ] || printf '  - %s\n' "$(words beginsLogin)"
    [ -z "$reflector" ] || printf '  - %s\n' "$(words reflectorAnswers "$reflector")"
    printf '  - %s\n' "$(words sendService "$server")"
    words notDone
    [ -n "$udp_by" ] || words noUdp
    words unasked
    printf '\n'
  } >&2
}

explain_start() {
  if [ "$outcome" = refused ] && [ "$status" -lt 500 ]; then
    tell "$reason"
    return 4
  fi
  say noService "$server" "$reason"
  say seeBlocked "$server"
  return 3
}

# Every round sends all measurements so far, because the service keeps none between rounds.
run_rounds() {
  printf '{"code":"%s","agent":%s}' "$code" "$agent" >"$folder/post"
  request POST /v1/runs '' "$folder/post"
  [ "$outcome" = ok ] || { explain_start; return; }
  run_id=$(value_of runId)
  token=$(value_of runToken)
  case $run_id in '' | *[!A-Za-z0-9_-]*) strange runId; explain_start; return ;; esac
  case $token in '' | *[!A-Za-z0-9_-]*) strange runToken; explain_start; return ;; esac
  named=$(value_of gateway)
  if [ "$(lower "$named")" != "$gateway_lower" ]; then
    say otherGateway "$gateway" "$(printf '%s' "$named" | cut -c 1-253)"
    return 4
  fi
  count=0 measured_ms=0
  while [ "$count" -lt 20 ]; do
    count=$((count + 1))
    # The person was told of about a minute.
    [ "$measured_ms" -le 180000 ] || { strange '180 s of measuring, no report'; break; }
    read_round || break
    now_ms
    before_ms=$now
    measure
    now_ms
    measured_ms=$((measured_ms + now - before_ms))
    {
      printf '{"round":%s,"startedAt":"%s","measurements":[' "$round_number" "$began_at"
      cat "$folder/measured"
      printf ']}'
    } >"$folder/post"
    send_round "/v1/runs/$run_id/rounds"
    [ "$outcome" = ok ] || break
    if [ "$(value_of status)" = 'done' ]; then
      show_report
      return
    fi
    strange "$count rounds, no report"
  done
  say uploadFailed "$reason"
  say seeBlocked "$server"
  keep_unsent
  [ "$outcome" = refused ] && case $status in 401 | 403 | 404 | 410) return 4 ;; esac
  return 5
}

# Tries again where waiting can help: no network for a moment, or a busy service.
send_round() {
  say uploading
  for delay in 1 3 9 0; do
    request POST "$1" "$token" "$folder/post"
    case $outcome/$status in
      unreachable/* | refused/429 | refused/50[234]) ;;
      *) return ;;
    esac
    [ "$delay" = 0 ] && return
    say retrying "$reason"
    sleep "$delay"
  done
}

show_report() {
  report_id=$(value_of reportId)
  case $report_id in
    '' | *[!A-Za-z0-9-]*)
      strange reportId
      say uploadFailed "$reason"
      keep_unsent
      return 5
      ;;
  esac
  [ -z "$save" ] || save_evidence "$save"
  sentence=$(value_of diagnosis.text.sentence)
  [ -z "$sentence" ] || tell "$sentence"
  say reportBelow
  printf '%s\n' "$report_id"
  tell "$server/r/$report_id"
  [ "$(value_of problem)" = false ] || return 1
}

evidence() {
  printf '{"schema":"ikefrag/evidence/1","startedAt":"%s","gateway":"%s","agent":%s,"measurements":[' \
    "$began_at" "$gateway" "$agent"
  cat "$folder/measured"
  printf ']}\n'
}

save_evidence() {
  if (evidence >"$1") 2>/dev/null; then say savedTo "$1"; else say cannotSave "$1" '?'; return 1; fi
}

keep_unsent() {
  own_name="ikefrag-$(printf '%s' "$code$began_at" | tr -dc 'A-Za-z0-9').json"
  for file in "$save" "$own_name" "${HOME-}/$own_name"; do
    [ -n "$file" ] && save_evidence "$file" && { say sendLater "$file"; return; }
  done
}

# ---- What the service asks for is checked: this computer does not trust it ----

# Makes the plan of a round, a line for each step, beside files with its datagram and its JSON. Where a field
# is not as agreed it sets reason, and nothing of the round is done.
read_round() {
  rm -f "$folder/plan"
  wrong=$(FOLDER=$folder GATEWAY=$gateway_lower REFLECTOR=$reflector_lower awk "$awk_read_round" "$folder/answer") && return 0
  strange "${wrong:-round}"
  return 1
}

# The bounds are those of the service's own plan. A datagram for the gateway has to be a request of IKEv2
# (RFC 7296, section 3.1) that begins at byte 0 on port 500, and after four zero bytes on port 4500 (RFC 3948,
# section 2.2); one for the reflector has to be one of its two requests.
awk_read_round='
function wrong(field) { print "round." field; isWrong = 1; exit 1 }
function integer(field, least, most) {
  return type[step, field] == "n" && value[step, field] ~ /^(0|[1-9][0-9]*)$/ && length(value[step, field]) < 11 && value[step, field] + 0 >= least && value[step, field] + 0 <= most
}
function host(field) {
  return type[step, field] == "s" && length(value[step, field]) <= 253 && value[step, field] ~ /^[A-Za-z0-9._:][A-Za-z0-9._:-]*$/
}
function family(field) { return integer(field, 4, 4) || integer(field, 6, 6) }
function right(field) {
  if (field == "id") return type[step, field] == "s" && length(value[step, field]) <= 64 && value[step, field] ~ /^[a-z0-9][a-z0-9-]*$/
  if (field == "atMs") return integer(field, 0, 30000)
  if (field == "gateway" || field == "target") return host(field)
  if (field == "family") return family(field) || (kind == "udp" && type[step, field] == "z")
  if (field == "dontFragment") return type[step, field] == "b"
  if (field == "pingPayloadBytes") return integer(field, 0, 9000)
  if (field == "tries") return integer(field, 1, 5)
  if (field == "waitMs") return integer(field, 100, 10000)
  if (field == "seconds") return integer(field, 1, 60)
  if (field == "maxBytes") return integer(field, 1, 5000000)
  if (field == "interfaceIndex") return integer(field, 1, 4294967295)
  if (field == "interfaceMtu") return integer(field, 576, 9216)
  if (field == "userMtu") return integer(field, 576, 9216) || type[step, field] == "z"
  if (field == "port") return integer(field, 1, 65535) && rightPort()
  if (field == "datagram") return rightDatagram()
  return 0
}
function forReflector() { return ENVIRON["REFLECTOR"] != "" && tolower(value[step, "target"]) == ENVIRON["REFLECTOR"] }
function rightPort() { return forReflector() || value[step, "port"] == 500 || value[step, "port"] == 4500 }
function rightDatagram(   text) {
  text = value[step, "datagram"]
  if (type[step, "datagram"] != "s" || length(text) > 12000 || length(text) % 4 || text !~ /^[A-Za-z0-9+\/]*=?=?$/) return 0
  size = length(text) / 4 * 3 - (text ~ /=$/) - (text ~ /==$/)
  decodeHead(substr(text, 1, 44))
  return forReflector() ? rightReflection() : rightIke(value[step, "port"] == 4500 ? 4 : 0)
}
# The first 33 bytes, of which byte 31 is the last that anybody looks at.
function decodeHead(text,   at, bits) {
  for (at = 0; at < 44; at += 4) {
    bits = digit(text, at + 1) * 262144 + digit(text, at + 2) * 4096 + digit(text, at + 3) * 64 + digit(text, at + 4)
    byte[at / 4 * 3] = int(bits / 65536)
    byte[at / 4 * 3 + 1] = int(bits / 256) % 256
    byte[at / 4 * 3 + 2] = bits % 256
  }
}
function digit(text, at,   found) {
  found = at > length(text) ? 0 : index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", substr(text, at, 1))
  return found ? found - 1 : 0
}
function rightIke(start,   flags) {
  if (size - start < 28) return 0
  if (start && byte[0] + byte[1] + byte[2] + byte[3]) return 0
  flags = byte[start + 19]
  if (byte[start + 17] != 32 || int(flags / 8) % 2 != 1 || int(flags / 32) % 2 != 0) return 0
  if ((byte[start + 18] < 34 || byte[start + 18] > 37 || byte[start + 18] == 36) && byte[start + 18] != 43) return 0
  return ((byte[start + 24] * 256 + byte[start + 25]) * 256 + byte[start + 26]) * 256 + byte[start + 27] == size - start
}
# "IKFR", version 1, and the type: 1 opens (69 bytes), 2 asks for a datagram of a size (91 bytes).
function rightReflection() {
  if (byte[0] != 73 || byte[1] != 75 || byte[2] != 70 || byte[3] != 82 || byte[4] != 1) return 0
  return (byte[5] == 1 && size == 69) || (byte[5] == 2 && size == 91)
}
function shown(field) { return (step, field) in value && type[step, field] != "z" ? value[step, field] : "-" }
BEGIN {
  FS = "\t"
  fields["interfaces"] = "gateway"
  fields["vpn-profiles"] = ""
  fields["echo"] = "target family pingPayloadBytes dontFragment tries waitMs"
  fields["udp"] = "target family port datagram dontFragment userMtu tries waitMs"
  fields["capture"] = "target seconds maxBytes"
  fields["apply"] = "interfaceIndex family interfaceMtu"
  folder = ENVIRON["FOLDER"]
}
$1 == "round.number" && $2 == "n" { number = $3 }
$1 == "round.steps" && $2 == "a" { isList = 1 }
$1 ~ /^round\.steps\.[0-9]+$/ { if ($2 != "o") strange[steps] = 1; steps++ }
$1 ~ /^round\.steps\.[0-9]+\../ {
  split($1, parts, ".")
  # A step has no parts that have parts.
  if (parts[5] != "" || parts[4] ~ /^\?/ || $2 == "o" || $2 == "a") strange[parts[3]] = 1
  type[parts[3], parts[4]] = $2
  value[parts[3], parts[4]] = $3
  json[parts[3]] = json[parts[3]] (json[parts[3]] == "" ? "" : ",") "\"" parts[4] "\":" ($2 == "s" ? "\"" $3 "\"" : $3)
}
END {
  if (isWrong) exit 1
  if (number !~ /^[1-9][0-9]?$/ || number + 0 > 20) wrong("number")
  if (!isList || steps > 64) wrong("steps")
  for (step = 0; step < steps; step++) {
    kind = type[step, "kind"] == "s" ? value[step, "kind"] : ""
    if (strange[step] || !(kind in fields)) wrong("steps." step ".kind")
    all = split("id atMs " fields[kind], names, " ")
    for (at = 1; at <= all; at++) if (!right(names[at])) wrong("steps." step "." names[at])
  }
  for (step = 0; step < steps; step++) {
    print "{" json[step] "}" >(folder "/step." step)
    close(folder "/step." step)
    kind = value[step, "kind"]
    if (kind == "udp") {
      rightDatagram()
      print value[step, "datagram"] >(folder "/datagram." step)
      close(folder "/datagram." step)
    }
    print step, kind, shown("atMs"), shown("family"), shown(kind == "interfaces" ? "gateway" : "target"), shown("port"), shown("dontFragment"), shown("tries"), shown("waitMs"), (kind == "udp" ? size : shown("pingPayloadBytes")), shown("userMtu") >(folder "/plan")
  }
  print number >(folder "/number")
}
'

# ---- A round: its steps run side by side, each from its own moment on ----

measure() {
  read -r round_number <"$folder/number"
  [ -f "$folder/plan" ] || : >"$folder/plan"
  steps=$(awk 'END { print NR }' "$folder/plan")
  if [ "$steps" = 1 ]; then say roundOfOne "$round_number"; else say round "$round_number" "$steps"; fi
  [ -f "$folder/addresses" ] || resolve "$gateway" >"$folder/addresses"
  if [ -n "$reflector" ] && [ ! -f "$folder/reflector" ]; then resolve "$reflector" >"$folder/reflector"; fi
  now_ms
  round_ms=$now
  jobs_running=''
  while read -r step kind at_ms family target port dont_fragment tries wait_ms bytes user_mtu; do
    run_step >"$folder/result.$step" 2>/dev/null &
    jobs_running="$jobs_running $!"
  done <"$folder/plan"
  wait
  jobs_running=''
  while read -r step rest; do
    result=$(cat "$folder/result.$step")
    case $result in
      '{'*'}') result=${result#?} ;;
      *) result="\"startedAtMs\":$round_ms,\"sentAtMs\":[],\"outcome\":$(not_run 'Cannot tell what came of it: the step ended early')}" ;;
    esac
    printf '%s{"step":%s,%s' "$comma" "$(cat "$folder/step.$step")" "$result" >>"$folder/measured"
    comma=,
  done <"$folder/plan"
}

not_run() { printf '{"status":"not-run","why":%s}' "$(json_text "$1")"; }
failed() { printf '{"status":"failed","failure":"%s","detail":%s%s}' "$1" "$2" "$3"; }

# Prints when the step began, when each try left, and what came of it.
run_step() {
  now_ms
  [ $((round_ms + at_ms - now)) -le 0 ] || pause_ms $((round_ms + at_ms - now))
  now_ms
  begun_ms=$now
  sent_ms=''
  case $kind in
    interfaces) came_of_it=$(read_interfaces) ;;
    vpn-profiles) came_of_it=$(not_run 'VPN profiles are read on Windows only') ;;
    capture) came_of_it=$(not_run 'Cannot record packets: the agent in a shell does not') ;;
    apply) came_of_it=$(not_run 'This agent does not change an interface') ;;
    echo) send_echo ;;
    udp) send_udp ;;
  esac
  printf '{"startedAtMs":%s,"sentAtMs":[%s],"outcome":%s}' "$begun_ms" "${sent_ms#,}" "$came_of_it"
}

# ---- How much a run may send, and how fast, whatever the service asks for ----

# Waits for the next free moment of a lane: 100 ms lie between two datagrams to one port, or two echoes.
# Directories are locks, because making one succeeds only once. Fails when the run has sent as much as it may.
admit() { # lane, payload bytes
  until mkdir "$folder/lane.$1" 2>/dev/null; do [ -d "$folder" ] || exit; pause_ms 60; done
  until mkdir "$folder/counting" 2>/dev/null; do [ -d "$folder" ] || exit; pause_ms 20; done
  read -r datagrams sent_bytes <"$folder/sent"
  datagrams=$((datagrams + 1))
  sent_bytes=$((sent_bytes + $2))
  may_send=1
  if [ "$datagrams" -le 64 ] && [ "$sent_bytes" -le 131072 ]; then
    printf '%s %s\n' "$datagrams" "$sent_bytes" >"$folder/sent"
    may_send=0
  fi
  rmdir "$folder/counting"
  if [ "$may_send" = 0 ]; then { pause_ms 100; rmdir "$folder/lane.$1"; } & else rmdir "$folder/lane.$1"; fi
  return "$may_send"
}

limit_reached='This run has sent as many packets as it may'

# ---- The gateway and the reflector: resolved once, so that all steps reach the same hosts ----

# Prints its addresses, in the resolver's order, with the family before each.
resolve() {
  if has perl && perl -MSocket=getaddrinfo,getnameinfo -e 1 2>/dev/null; then
    limited 10 perl -MSocket=:DEFAULT,getaddrinfo,getnameinfo,NI_NUMERICHOST -e '
      my ($error, @found) = getaddrinfo($ARGV[0], "", { socktype => SOCK_DGRAM });
      for (@found) {
        my ($failure, $address) = getnameinfo($_->{addr}, NI_NUMERICHOST);
        print $_->{family} == AF_INET ? 4 : 6, " $address\n" unless $failure;
      }' "$1" 2>/dev/null
  elif has getent; then
    limited 10 getent ahosts "$1" 2>/dev/null | awk '{ print ($1 ~ /:/ ? 6 : 4), $1 }'
  elif has dscacheutil; then
    limited 10 dscacheutil -q host -a name "$1" 2>/dev/null | awk '/^ip(v6)?_address:/ { print ($2 ~ /:/ ? 6 : 4), $2 }'
  else
    case $1 in *:*) printf '6 %s\n' "$1" ;; *[!0-9.]*) ;; *) printf '4 %s\n' "$1" ;; esac
  fi | awk '$2 ~ /^[0-9A-Fa-f.:]+$/ && !known[$2]++ && NR <= 32'
}

# Sets address and address_family; else came_of_it. Only the case's gateway is ever reached, and by datagrams
# its reflector.
find_address() {
  wanted=$(lower "$target")
  table=$folder/addresses
  if [ "$kind" = udp ] && [ -n "$reflector" ] && [ "$wanted" = "$reflector_lower" ]; then
    table=$folder/reflector
    wanted=''
  elif [ "$wanted" = "$gateway_lower" ]; then wanted=''
  elif ! WANTED=$wanted awk '$2 == ENVIRON["WANTED"] { found = 1 } END { exit !found }' "$table"; then
    came_of_it=$(not_run "Cannot send to $target: this run is about $gateway alone")
    return 1
  fi
  found=$(WANTED=$wanted FAMILY=$family awk '
    (ENVIRON["WANTED"] == "" || $2 == ENVIRON["WANTED"]) && (ENVIRON["FAMILY"] == "-" || $1 == ENVIRON["FAMILY"]) { print; exit }' "$table")
  address_family=${found%% *}
  address=${found#* }
  [ -z "$found" ] || return 0
  more=',"address":null,"dontFragment":null'
  [ "$kind" = udp ] || more=',"router":null,"nextHopMtu":null'
  came_of_it=$(failed unresolved "$(json_text "Cannot resolve $target")" "$more")
  return 1
}

# ---- Echo requests, with the system's ping ----

send_echo() {
  find_address || return
  if [ -z "$ping_kind" ]; then came_of_it=$(not_run 'Cannot send echo requests: there is no ping here'); return; fi
  if [ "$ping_kind" = plain ] && { [ "$dont_fragment" = true ] || [ "$bytes" -gt 548 ]; }; then
    came_of_it=$(not_run 'Cannot forbid or allow fragmentation here: this ping has no such option')
    return
  fi
  tried=0
  while [ "$tried" -lt "$tries" ]; do
    tried=$((tried + 1))
    admit echo "$bytes" || break
    now_ms
    sent_ms="$sent_ms,$now"
    ping_once >"$folder/ping.$step" 2>&1
    came_of_it=$(ADDRESS=$address awk "$awk_json$awk_read_ping" "$folder/ping.$step")
    [ -z "$came_of_it" ] || break
  done
  wait # for the lane to be free
  [ -z "$came_of_it" ] || return 0
  if [ -z "$sent_ms" ]; then came_of_it=$(not_run "$limit_reached"); return; fi
  came_of_it=$(failed timeout null ',"router":null,"nextHopMtu":null')
}

ping_once() {
  seconds=$(((wait_ms + 999) / 1000))
  case $ping_kind in
    iputils)
      discovery=dont
      [ "$dont_fragment" = false ] || discovery='do'
      limited $((seconds + 2)) ping -n -c 1 -s "$bytes" -W "$seconds" -M "$discovery" "$address"
      ;;
    macos)
      whole=''
      [ "$dont_fragment" = false ] || whole=-D
      if [ "$address_family" = 6 ]; then limited $((seconds + 1)) ping6 -n -c 1 -s "$bytes" ${whole:+"$whole"} "$address"
      else limited $((seconds + 2)) ping -n -c 1 -s "$bytes" -W "$wait_ms" ${whole:+"$whole"} "$address"; fi
      ;;
    plain) limited $((seconds + 1)) ping -c 1 -s "$bytes" "$address" ;;
  esac
}

# What the pings of iputils, BSD and busybox print in English. Nothing where nothing came back.
awk_read_ping='
function number(text) { match(text, /[0-9.]+/); return substr(text, RSTART, RLENGTH) }
function mtu(   at, text) {
  text = tolower($0)
  if (!match(text, /mtu ?=? ?[0-9]+/)) return "null"
  text = number(substr(text, RSTART, RLENGTH))
  return text + 0 >= 68 ? text + 0 : "null"
}
function router(   at, word) {
  for (at = 1; at < NF; at++) {
    if (tolower($at) != "from") continue
    word = $(at + 1)
    sub(/[:.]$/, "", word)
    if (word ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/ || word ~ /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/) return quoted(word)
  }
  return "null"
}
function failure(kind, from, next_mtu) {
  if (said == "") said = "{\"status\":\"failed\",\"failure\":\"" kind "\",\"detail\":" quoted($0) ",\"router\":" from ",\"nextHopMtu\":" next_mtu "}"
}
/[0-9]+ bytes from .*(ttl|hlim)=[0-9]+/ && answer == "" {
  match($0, /[0-9]+ bytes from/)
  bytes = number(substr($0, RSTART, RLENGTH)) - 8
  time = match($0, /time=[0-9.]+ ?ms/) ? number(substr($0, RSTART, RLENGTH)) + 0 : "null"
  answer = "{\"status\":\"answered\",\"address\":" quoted(ENVIRON["ADDRESS"]) ",\"roundTripMs\":" time ",\"replyPingPayloadBytes\":" (bytes < 0 ? 0 : bytes) "}"
}
tolower($0) ~ /frag needed|packet too big/ { failure("too-big-remotely", router(), mtu()) }
tolower($0) ~ /message too long/ { failure("too-big-locally", "null", mtu()) }
tolower($0) ~ /unreachable|no route to host|packet filtered|prohibited|time to live exceeded|hop limit/ { failure("unreachable", router(), "null") }
/^ping6?:/ { complaint = complaint $0 " " }
END {
  if (answer != "") print answer
  else if (said == "" && complaint != "") {
    $0 = complaint
    failure(tolower(complaint) ~ /not permitted|permission denied|invalid|unrecognized|unknown option|usage/ ? "refused-by-system" : "other", "null", "null")
  }
  if (answer == "") print said
}
'

# ---- UDP: a socket for each step. It is connected, so that it gets the ICMP errors about it ----

send_udp() {
  if [ "$user_mtu" != - ]; then came_of_it=$(not_run 'Cannot set an MTU for one datagram from a shell'); return; fi
  find_address || return
  case $udp_by in
    perl)
      sent_ms=''
      answered=$(perl -e "$perl_udp" "$folder" "$folder/datagram.$step" "$address" "$address_family" "$port" "$dont_fragment" "$tries" "$wait_ms" "$clock" "$started_ms")
      sent_ms=${answered%% *}
      came_of_it=${answered#* }
      [ -n "$came_of_it" ] || came_of_it=$(not_run 'Cannot send over UDP: perl did not')
      [ "$came_of_it" != limit ] || came_of_it=$(not_run "$limit_reached")
      ;;
    bash) send_udp_by_bash ;;
    *) came_of_it=$(not_run 'Cannot send over UDP: neither perl nor bash with timeout is here') ;;
  esac
}

# Prints the times of the tries, with commas, then the outcome; "limit" where the run may send no more. It uses
# only what perl brings in its smallest package. Numbers of milliseconds are whole.
perl_udp='
use strict;
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);
use Errno;
$| = 1;
my ($folder, $file, $address, $family, $port, $df, $tries, $wait, $clock, $started) = @ARGV;
my (@sent, @answers, $failure, $detail, $lane_free);
require Time::HiRes if $clock eq "perl";
sub now {
  my $now = 1000 * time;
  $now = 1000 * Time::HiRes::time() if $clock eq "perl";
  if ($clock eq "uptime" and open my $up, "<", "/proc/uptime") { $now = 1000 * (split " ", <$up>)[0] }
  $now = int($now - $started);
  return $now < 0 ? 0 : $now;
}
sub pause { select undef, undef, undef, $_[0] / 1000 }
sub lock_up { until (mkdir "$folder/$_[0]") { exit unless -d $folder; pause(20) } }
# Base64 is what uuencode is, but for its alphabet and its lines.
sub from_base64 {
  my $text = shift;
  $text =~ tr|A-Za-z0-9+/||cd;
  my $bytes = int(length($text) * 3 / 4);
  $text =~ tr|A-Za-z0-9+/| -_|;
  my $out = "";
  while (length $text) {
    my $part = substr $text, 0, 60, "";
    $out .= unpack "u", chr(32 + int(length($part) * 3 / 4)) . $part;
  }
  return substr $out, 0, $bytes;
}
sub to_base64 {
  my $text = pack "u", $_[0];
  $text =~ s/^.//mg;
  $text =~ s/\n//g;
  $text =~ tr|` -_|AA-Za-z0-9+/|;
  my $over = (3 - length($_[0]) % 3) % 3;
  $text =~ s/.{$over}$/"=" x $over/e if $over;
  return $text;
}
sub admitted {
  lock_up("lane.$port");
  lock_up("counting");
  my ($datagrams, $bytes) = (64, 131072);
  if (open my $in, "<", "$folder/sent") { ($datagrams, $bytes) = split " ", <$in> }
  $datagrams++;
  $bytes += $_[0];
  my $may = $datagrams <= 64 && $bytes <= 131072;
  if ($may and open my $out, ">", "$folder/sent") { print $out "$datagrams $bytes\n"; close $out }
  rmdir "$folder/counting";
  $lane_free = $may ? now() + 100 : now();
  return $may;
}
sub free_lane { rmdir "$folder/lane.$port" if defined $lane_free; undef $lane_free }
sub refused {
  $detail = "$!";
  $failure = $!{EMSGSIZE} ? "too-big-locally"
    : $!{ECONNREFUSED} || $!{EHOSTUNREACH} || $!{ENETUNREACH} || $!{EHOSTDOWN} || $!{ENETDOWN} || $!{EADDRNOTAVAIL} ? "unreachable"
    : $!{EACCES} || $!{EPERM} ? "refused-by-system" : "other";
}
open my $in, "<", $file or exit;
my $datagram = from_base64(<$in>);
my $to = $family == 6 ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_aton($address));
my $socket;
socket($socket, $family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0) && connect($socket, $to) or refused();
my $too_big;
for (my $try = 0; $try < $tries && !$failure && !@answers; $try++) {
  if (!admitted(length $datagram)) { free_lane(); last }
  push @sent, now();
  if (!defined send($socket, $datagram, 0)) { refused(); last }
  my $until = now() + $wait;
  while (@answers < 8) {
    my $now = now();
    free_lane() if defined $lane_free && $now >= $lane_free;
    last if $now >= $until;
    my $most = defined $lane_free && $lane_free < $until ? $lane_free : $until;
    my $heard = "";
    vec($heard, fileno $socket, 1) = 1;
    next unless 0 < select $heard, undef, undef, ($most - $now + 1) / 1000;
    my $answer;
    if (defined recv($socket, $answer, 65535, 0)) {
      # Wait a little longer, because duplicates show that the path duplicates packets.
      $until = now() + 150 if !@answers;
      push @answers, "{\"atMs\":" . now() . ",\"datagram\":\"" . to_base64(substr $answer, 0, 9000) . "\"}";
    } elsif ($!{EMSGSIZE} && $df eq "false") {
      # A router said so. What may be fragmented is cut smaller the next time.
      $too_big = "$!";
    } elsif (!$!{EAGAIN} && !$!{EINTR}) {
      last if @answers;
      refused();
      last;
    }
  }
}
pause($lane_free - now()) if defined $lane_free && $lane_free > now();
free_lane();
$detail = $too_big unless defined $failure;
$failure = "timeout" unless defined $failure;
$detail =~ tr| -~||cd if defined $detail;
$detail = defined $detail ? "\"$detail\"" : "null";
my $rest = "\"address\":\"$address\",\"dontFragment\":null";
print join(",", @sent), " ";
if (@answers) { print "{\"status\":\"answered\",$rest,\"answers\":[" . join(",", @answers) . "]}" }
elsif (!@sent && $failure eq "timeout") { print "limit" }
else { print "{\"status\":\"failed\",\"failure\":\"$failure\",\"detail\":$detail,$rest}" }
'

# bash opens a socket by a name that is no file's. dd writes and reads a datagram whole.
send_udp_by_bash() {
  raw=$folder/raw.$step
  awk '
    { text = $0; sub(/=+$/, "", text); left = 0; held = 0
      for (at = 1; at <= length(text); at++) {
        held = held * 64 + index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", substr(text, at, 1)) - 1
        left += 6
        if (left >= 8) { left -= 8; printf "\\0%03o", int(held / 2 ^ left); held = held % 2 ^ left }
      }
    }' "$folder/datagram.$step" >"$raw.octal"
  printf '%b' "$(cat "$raw.octal")" >"$raw"
  tried=0
  answers=''
  complaint=''
  while [ "$tried" -lt "$tries" ] && [ -z "$answers$complaint" ]; do
    tried=$((tried + 1))
    admit "$port" "$bytes" || break
    now_ms
    sent_ms="$sent_ms,$now"
    rm -f "$raw".[1-8]
    # shellcheck disable=SC2016
    limited $((wait_ms / 1000 + 4)) bash -c '
      exec 3<>"/dev/udp/$1/$2" || exit
      dd bs=65535 count=1 if="$3" >&3 || exit
      seconds=$4
      for number in 1 2 3 4 5 6 7 8; do
        timeout "$seconds" dd bs=65535 count=1 <&3 >"$3.$number" || break
        seconds=0.15
      done' bash "$address" "$port" "$raw" "$((wait_ms / 1000)).$(printf '%03d' $((wait_ms % 1000)))" 2>"$raw.said"
    now_ms
    for number in 1 2 3 4 5 6 7 8; do
      [ -s "$raw.$number" ] || continue
      answers="$answers,{\"atMs\":$now,\"datagram\":\"$(od -An -v -tu1 "$raw.$number" | awk "$awk_base64")\"}"
    done
    [ -n "$answers" ] && break
    complaint=$(grep -i -E 'message too long|refused|unreachable|not permitted|no route|cannot assign|denied' "$raw.said" | head -n 1)
    # A router said so. What may be fragmented is cut smaller the next time.
    case $complaint in *'oo long'*) [ "$dont_fragment" = true ] || complaint='' ;; esac
  done
  wait # for the lane to be free
  rest="\"address\":\"$address\",\"dontFragment\":null"
  if [ -n "$answers" ]; then
    came_of_it="{\"status\":\"answered\",$rest,\"answers\":[${answers#,}]}"
    return
  fi
  if [ -z "$sent_ms" ]; then came_of_it=$(not_run "$limit_reached"); return; fi
  failure=timeout
  detail=null
  if [ -n "$complaint" ]; then
    detail=$(json_text "$complaint")
    case $complaint in
      *'oo long'*) failure=too-big-locally ;;
      *ermitted* | *enied*) failure=refused-by-system ;;
      *) failure=unreachable ;;
    esac
  fi
  came_of_it=$(failed "$failure" "$detail" ",$rest")
}

# The numbers of bytes become base64, of at most 9,000 bytes.
awk_base64='
{ for (at = 1; at <= NF && total < 9000; at++) { held = held * 256 + $at; total++; if (total % 3 == 0) { put(4); held = 0 } } }
function put(digits,   at) {
  for (at = 3; at > 3 - digits; at--) printf "%s", substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", int(held / 64 ^ at) % 64 + 1, 1)
}
END {
  if (total % 3 == 1) { held *= 65536; put(2); printf "==" }
  if (total % 3 == 2) { held *= 256; put(3); printf "=" }
}
'

# ---- This computer ----

read_interfaces() {
  if [ "$(lower "$target")" != "$gateway_lower" ]; then
    not_run "Cannot look up $target: this run is about $gateway alone"
    return
  fi
  read -r route_family route_address <"$folder/addresses" || route_family='' route_address=''
  case $platform in
    linux) linux_facts ;;
    macos) macos_facts ;;
  esac >"$folder/facts" 2>/dev/null
  if [ ! -s "$folder/facts" ]; then
    failed refused-by-system "$(json_text "Cannot read interfaces: this system's programs do not list any")" ''
    return
  fi
  ADDRESS=$route_address awk "$awk_json$awk_interfaces" "$folder/addresses" "$folder/facts"
}

# Lines of tab-separated facts: an interface with index, name, MTU, IPv6 MTU and carrier; an address of one;
# the route's interface and source address.
linux_facts() {
  set +f
  for entry in /sys/class/net/*; do
    name=${entry##*/}
    index='' mtu='' mtu_v6='' carrier=''
    [ ! -r "$entry/ifindex" ] || read -r index <"$entry/ifindex"
    [ ! -r "$entry/mtu" ] || read -r mtu <"$entry/mtu"
    # Not by read, which takes single bytes: this kind of file gives all at once, or only its first.
    mtu_v6=$(cat "/proc/sys/net/ipv6/conf/$name/mtu" 2>/dev/null)
    { read -r carrier <"$entry/carrier"; } 2>/dev/null
    [ -z "$index" ] || printf 'interface\t%s\t%s\t%s\t%s\t%s\n' "$index" "$name" "$mtu" "$mtu_v6" "${carrier:-0}"
  done
  set -f
  if has ip; then
    limited 5 ip -o addr show | awk '$3 == "inet" || $3 == "inet6" { sub(/\/.*/, "", $4); print "address\t" $2 "\t" $4 }'
    [ -z "$route_address" ] || limited 5 ip "-$route_family" route get "$route_address" | awk '
      { for (at = 1; at < NF; at++) { if ($at == "dev") dev = $(at + 1); if ($at == "src") src = $(at + 1) } }
      END { if (src != "") print "route\t" dev "\t" src }'
  elif has ifconfig; then
    limited 5 ifconfig -a | awk '
      /^[^ \t]/ { name = $1; sub(/:$/, "", name) }
      /^[ \t]+inet6? / { value = $2 == "addr:" ? $3 : $2; sub(/^addr:/, "", value); sub(/\/.*/, "", value); print "address\t" name "\t" value }'
  fi
}

# ifconfig has no form for programs here; its blocks begin at the margin. An index stands there, or in a
# link-local zone. The route names its interface, whose first address of the family is the source.
macos_facts() {
  limited 5 ifconfig -a -v | awk '
    function flush() {
      if (name != "" && index_of != "") {
        print "interface\t" index_of "\t" name "\t" mtu "\t" mtu "\t" (status == "" ? running : status == "active")
        printf "%s", addresses
      }
      name = ""
    }
    function hex(text,   at, sum) {
      for (at = 1; at <= length(text); at++) sum = sum * 16 + index("0123456789abcdef", substr(text, at, 1)) - 1
      return sum
    }
    /^[^ \t:]+: flags=/ {
      flush()
      name = $1
      sub(/:$/, "", name)
      index_of = status = addresses = mtu = ""
      running = $0 ~ /[<,]RUNNING[,>]/
      for (at = 1; at < NF; at++) { if ($at == "mtu") mtu = $(at + 1); if ($at == "index") index_of = $(at + 1) }
      next
    }
    $1 == "inet" || $1 == "inet6" {
      value = $2
      sub(/%.*/, "", value)
      addresses = addresses "address\t" name "\t" value "\n"
      if (index_of == "" && match($0, /scopeid 0x[0-9a-f]+/)) index_of = hex(substr($0, RSTART + 10, RLENGTH - 10))
    }
    $1 == "status:" { status = $2 }
    END { flush() }'
  [ -n "$route_address" ] || return 0
  inet6=''
  [ "$route_family" = 4 ] || inet6=-inet6
  limited 5 route -n get ${inet6:+"$inet6"} "$route_address" | awk '$1 == "interface:" { print "route\t" $2 "\t" }'
}

awk_interfaces='
function mtu_of(text) { return text ~ /^[0-9]+$/ && text + 0 >= 68 && text + 0 <= 4294967295 ? text + 0 : "null" }
BEGIN { FS = "\t" }
FILENAME == ARGV[1] { split($0, pair, " "); gateways = gateways (gateways == "" ? "" : ",") "{\"address\":" quoted(pair[2]) ",\"family\":" pair[1] "}"; family = family == "" ? pair[1] : family; next }
$1 == "interface" && $2 ~ /^[1-9][0-9]*$/ && count < 256 {
  at[$3] = ++count
  number[count] = $2
  head[count] = "{\"index\":" $2 ",\"name\":" quoted($3) ",\"description\":null,\"mtuV4\":" mtu_of($4) ",\"mtuV6\":" mtu_of($5) ",\"connected\":" ($6 == 1 ? "true" : "false") ",\"addresses\":["
}
$1 == "address" && ($2 in at) && $3 ~ /^[0-9A-Fa-f:.]+$/ && length($3) <= 64 && listed[at[$2]] < 64 {
  listed[at[$2]]++
  own[at[$2]] = own[at[$2]] (listed[at[$2]] > 1 ? "," : "") "\"" $3 "\""
  if ((index($3, ":") > 0) == (family == 6) && first[$2] == "") first[$2] = $3
}
$1 == "route" { device = $2; source = $3 == "" ? first[$2] : $3 }
END {
  if (count == 0) { print "{\"status\":\"failed\",\"failure\":\"refused-by-system\",\"detail\":\"Cannot read interfaces: none is listed\"}"; exit }
  printf "{\"status\":\"measured\",\"interfaces\":["
  for (i = 1; i <= count; i++) printf "%s%s%s]}", (i > 1 ? "," : ""), head[i], own[i]
  printf "],\"gatewayAddresses\":[%s],\"route\":", gateways
  if (source ~ /^[0-9A-Fa-f:.]+$/ && length(source) <= 64) printf "{\"address\":%s,\"interfaceIndex\":%s,\"sourceAddress\":\"%s\"}", quoted(ENVIRON["ADDRESS"]), (device in at ? number[at[device]] : "null"), source
  else printf "null"
  print "}"
}
'

{ start_ikefrag "$@"; exit "$?"; }
