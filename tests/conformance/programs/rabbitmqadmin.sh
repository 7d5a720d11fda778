#!/bin/sh
# Uses the command-line program of RabbitMQ's management API, and reports in TAP. Its first argument is
# the program.
. "${0%/*}/tap.sh"

program=$1
authority=${MANAGEMENT_URL#http://}
credentials=${authority%@*}
address=${authority#*@}

admin() {
  python3 "$program" --host "${address%:*}" --port "${address#*:}" \
    --username "${credentials%:*}" --password "${credentials#*:}" "$@"
}

cell() { printf '\\| *%s *' "$@" && printf '\\|'; }

in_admin() { admin --vhost admin "$@"; }

check 'declares a virtual host' 'vhost declared' admin declare vhost name=admin
check 'lists virtual hosts' "$(cell admin False)" admin list vhosts name tracing
check 'declares a queue' 'queue declared' in_admin declare queue name=q
check 'declares a quorum queue' 'queue declared' in_admin declare queue name=qq queue_type=quorum
check 'declares an exchange' 'exchange declared' in_admin declare exchange name=e type=topic
check 'declares a binding' 'binding declared' \
  in_admin declare binding source=e destination=q routing_key='a.*'
check 'publishes' 'Message published' in_admin publish exchange=e routing_key=a.b payload=hello
check 'says that a message was not routed' 'Message published but NOT routed' \
  in_admin publish routing_key=nope payload=hello
check 'gets a message' "$(cell a.b e 0 hello 5 string '' False)" in_admin get queue=q
check 'gets it again' "$(cell a.b e 0 hello 5 string '' True)" \
  in_admin get queue=q ackmode=ack_requeue_false
check 'gets none' 'No items' in_admin get queue=q
check 'lists queues' "$(cell q classic True)" in_admin list queues name type durable
check 'lists exchanges' "$(cell e topic True)" in_admin list exchanges name type durable
check 'lists bindings' "$(cell e q 'a\.\*')" in_admin list bindings source destination routing_key
check 'purges a queue' 'queue purged' in_admin purge queue name=q
check 'declares a policy' 'policy declared' \
  in_admin declare policy name=p pattern='^q' definition='{"max-length":2}' apply-to=queues
check 'lists policies' "$(cell p '\^q' 0)" in_admin list policies name pattern priority
check 'declares a user' 'user declared' admin declare user name=ada password=x tags=management
check 'declares permissions' 'permission declared' \
  admin declare permission vhost=admin user=ada configure='.*' write='.*' read='.*'
check 'lists permissions' "$(cell ada admin '\.\*')" admin list permissions user vhost read
check 'exports definitions' 'Exported definitions for .*' admin export definitions.json
check 'deletes a virtual host' 'vhost deleted' admin delete vhost name=admin
check 'imports definitions' 'Uploaded definitions from .*' admin import definitions.json
check 'lists what it imported' "$(cell qq quorum)" in_admin list queues name type
check 'deletes a binding' 'binding deleted' \
  in_admin delete binding source=e destination=q destination_type=queue properties_key='a.%2A'
check 'deletes a queue' 'queue deleted' in_admin delete queue name=q
check 'reports a missing queue' '\*\*\* Not found: .*' fails in_admin delete queue name=q
check 'deletes a policy' 'policy deleted' in_admin delete policy name=p
check 'deletes a user' 'user deleted' admin delete user name=ada
check 'deletes all' 'vhost deleted' admin delete vhost name=admin
finish
