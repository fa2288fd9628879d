"""Developer tooling: tools/odoo, tools/test and tools/demo are the commands, tools/lib holds their code."""
