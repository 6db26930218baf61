#!/bin/sh
# Stands in for gh: takes what `gh api` and `gh auth git-credential` take, refuses what they refuse in their words, and
# asks the stand-in of GitHub (test/worlds/github.ts) at $GH_STAND_IN.
fail() {
  echo "$2" >&2
  exit "$1"
}
token_for() {
  if [ "$1" = github.com ]; then echo "$GH_TOKEN"; else echo "$GH_ENTERPRISE_TOKEN"; fi
}

case "$1 $2" in
"auth git-credential")
  [ "$3" = get ] || exit 0
  while IFS='=' read -r key value && [ -n "$key" ]; do
    [ "$key" = protocol ] && protocol=$value
    [ "$key" = host ] && host=$value
  done
  token=$(token_for "$host")
  [ "$protocol" = https ] && [ -n "$token" ] || exit 1
  printf 'protocol=https\nhost=%s\nusername=x-access-token\npassword=%s\n' "$host" "$token"
  exit 0
  ;;
"api "*) shift ;;
*) fail 1 "unknown command \"$1\" for \"gh\"" ;;
esac

host=${GH_HOST:-github.com} method=GET input='' path=''
while [ $# -gt 0 ]; do
  case "$1" in
  --hostname) host=$2 && shift 2 ;;
  --method) method=$2 && shift 2 ;;
  --input) input=$2 && shift 2 ;;
  -*) fail 1 "unknown flag: $1" ;;
  *)
    [ -z "$path" ] || fail 1 "accepts 1 arg(s), received 2"
    path=$1 && shift
    ;;
  esac
done
token=$(token_for "$host")
[ -n "$token" ] || fail 4 "To get started with GitHub CLI, please run:  gh auth login"
[ -z "$input" ] || [ "$input" = - ] || fail 1 "open $input: no such file or directory"
[ -n "$input" ] && body='--data-binary @-'
answer=$(curl --silent --noproxy '*' $body --request "$method" --header "Authorization: token $token" \
  --write-out '\n%{http_code}' "$GH_STAND_IN/$host/$path") || fail 1 "error connecting to $host"
status=${answer##*
}
answer=${answer%
*}
printf '%s' "$answer"
[ "$status" -lt 300 ] && exit 0
message=${answer#*'"message":"'}
fail 1 "gh: ${message%%'"'*} (HTTP $status)"
