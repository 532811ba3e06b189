#!/bin/sh
# Makes the namespace, sets how long closed cases are kept, and registers the search attributes. Harmless to repeat.
# Where Temporal is, its own variables say: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu
here=$(dirname "$0")
. "$here/tries.sh"

# The same as workflows/attributes.py; a test compares them.
ATTRIBUTES="
EscPolicy:Keyword
EscStage:Keyword
EscUrgency:Keyword
EscDue:Datetime
EscOverdue:Bool
EscAgencies:KeywordList
"
namespace=${TEMPORAL_NAMESPACE:?set TEMPORAL_NAMESPACE to the name of the namespace}
days=${RETENTION_DAYS:-90}
case $days in
    '' | *[!0-9]* | 0) fail "RETENTION_DAYS is '$days': give a whole number of days, 1 or more." ;;
esac

is_serving() { [ "$(temporal operator cluster health 2>&1)" = SERVING ]; }
has_namespace() { temporal operator namespace describe -n "$namespace"; }

attributes() { temporal operator search-attribute list -n "$namespace"; }

# type_of NAME: the type under which the server knows it; nothing where it does not.
type_of() { attributes | awk -v name="$1" '$1 == name { print $2 }'; }
is_known() { [ "$(type_of "${1%:*}")" = "${1#*:}" ]; }

register() {
    is_known "$1" && return
    temporal operator search-attribute create -n "$namespace" --name "${1%:*}" --type "${1#*:}"
}

until_it_works "Temporal at ${TEMPORAL_ADDRESS:-127.0.0.1:7233} is not serving" is_serving
say "Temporal answers."

if has_namespace >/dev/null 2>&1; then
    until_it_works "the retention of $namespace cannot be set" \
        temporal operator namespace update -n "$namespace" --retention "${days}d"
else
    # A namespace that was made by another at the same moment is as good.
    make_namespace() {
        temporal operator namespace create -n "$namespace" --retention "${days}d" \
            --description "Safeguarding escalations" || has_namespace
    }
    until_it_works "the namespace $namespace cannot be made" make_namespace
fi
# A new namespace is known to every part of the server only after some seconds.
until_it_works "the namespace $namespace does not appear" attributes
say "The namespace $namespace keeps closed cases for $days days."

for attribute in $ATTRIBUTES; do
    found=$(type_of "${attribute%:*}")
    if [ -n "$found" ] && [ "$found" != "${attribute#*:}" ]; then
        fail "the search attribute ${attribute%:*} exists as $found and must be ${attribute#*:}:" \
            "remove it there, or use another namespace."
    fi
    until_it_works "the search attribute ${attribute%:*} cannot be registered" register "$attribute"
done
# A case that set one before the server knows it would stand still.
for attribute in $ATTRIBUTES; do
    until_it_works "the search attribute ${attribute%:*} does not appear" is_known "$attribute"
done
say "The search attributes are registered."
