#!/bin/sh
# Uses the command-line programs of librabbitmq, and reports in TAP.
. "${0%/*}/tap.sh"

check declares 'tools' amqp-declare-queue -u "$AMQP_URL" -d -q tools
check publishes '' amqp-publish -u "$AMQP_URL" -r tools -p -C text/plain -b hello
check gets 'hello' amqp-get -u "$AMQP_URL" -q tools
check 'gets nothing from an empty queue' '' fails amqp-get -u "$AMQP_URL" -q tools
check 'publishes through an exchange' '' amqp-publish -u "$AMQP_URL" -e amq.direct -r tools -b lost
check 'publishes again' '' amqp-publish -u "$AMQP_URL" -r tools -b again
check consumes 'again' amqp-consume -u "$AMQP_URL" -q tools -c 1 cat
check deletes '0' amqp-delete-queue -u "$AMQP_URL" -q tools
check 'reports a missing queue' '.*404.*NOT_FOUND.*' fails amqp-get -u "$AMQP_URL" -q tools
finish
