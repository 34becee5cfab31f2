"""A mail server that takes every letter and writes it to a file, one JSON object a line.

    python3 server.py PORT FILE
"""

import asyncio
import json
import sys
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP

PORT, FILE = int(sys.argv[1]), sys.argv[2]


class Postbox:
    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=default)
        body = letter.get_body(preferencelist=("plain", "html"))
        line = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": letter["subject"] or "",
            "text": body.get_content() if body else "",
        }
        with open(FILE, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return "250 taken"


async def main():
    def session():
        return SMTP(Postbox(), enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", PORT)
    await server.serve_forever()


asyncio.run(main())
