from django.db import migrations

# When school and worker had both accepted is told by the audit, which never forgets a verb.
FILL = """
UPDATE schools_placement AS placement SET activated_at = told.at
FROM (
    SELECT event.authority_id, subject.public_id, min(event.at) AS at
    FROM teams_auditevent AS event, unnest(event.subject_ids) AS subject (public_id)
    WHERE event.verb = 'placement.activate' AND NOT event.denied
    GROUP BY event.authority_id, subject.public_id
) AS told
WHERE placement.authority_id = told.authority_id AND placement.public_id = told.public_id
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0007_placement_activated"), ("teams", "0001_initial")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
