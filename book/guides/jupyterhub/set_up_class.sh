#!/bin/sh
# Makes the groups and folders that jupyterhub_config.py names, and copies the settings to /etc/llmbook.
#
#     sh set_up_class.sh INSTRUCTOR
#
# INSTRUCTOR is the account that releases, collects and grades. The course lies in /srv/llmbook/course.
# Run it as root; running it again does no harm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "expected one argument, the instructor's account, got $#" >&2; exit 2; }
id "$1" >/dev/null
[ -f /srv/llmbook/course/nbgrader_config.py ] || { echo "expected the course in /srv/llmbook/course" >&2; exit 2; }

groupadd --force llmbook-students
groupadd --force llmbook-instructors
usermod --append --groups llmbook-instructors "$1"

# Solutions, submissions and the gradebook are the instructor's alone; the hub's secrets are root's.
chown -R "$1:" /srv/llmbook/course
chmod 700 /srv/llmbook/course
install -d -m 700 /srv/llmbook/hub

# nbgrader wants an exchange that everyone may write to. The sticky bit (1...) keeps them from renaming
# or removing what is not theirs. In `inbound` students may put things, but not list it; its group bit
# (2...) gives submissions the instructor's group. Feedback is found only by who knows its name.
cd /srv/llmbook
install -d -m 1777 exchange
install -d -o "$1" -g "$(id -gn "$1")" -m 755 exchange/llmbook exchange/llmbook/outbound
install -d -o "$1" -g "$(id -gn "$1")" -m 3733 exchange/llmbook/inbound
install -d -o "$1" -g "$(id -gn "$1")" -m 711 exchange/llmbook/feedback

cp -R "$here" /etc/llmbook.new
rm -rf /etc/llmbook
mv /etc/llmbook.new /etc/llmbook
chmod -R u=rwX,go=rX /etc/llmbook
