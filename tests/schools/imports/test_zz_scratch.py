import subprocess, sys, pytest, threading, time
from django.db import connections
from tests.factories.authorities import make_county
from tests.schools.imports.conftest import CHECKOUT, of_a_child
pytestmark = pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n", range(3))
def test_plan(data, n):
    county = make_county("fenshire")
    path = data / "derived/england_schools_2019_joined.csv"
    p = subprocess.Popen([sys.executable, "/tmp/child.py", str(path)], cwd=CHECKOUT, env=of_a_child()|{"PYTHONPATH":str(CHECKOUT)}, stdout=sys.stdout)
    time.sleep(40)
    owner = connections["owner"]
    if p.poll() is None:
        c = connections.create_connection("owner")
        with c.cursor() as cur:
            cur.execute("select pid, state, wait_event_type, wait_event, left(query,200) from pg_stat_activity where datname=current_database()")
            print(cur.fetchall())
            cur.execute("select relname, relpages, reltuples from pg_class where relname in ('schools_school','schools_figures','schools_stagedrow','teams_authority','schools_fileimport')")
            print(cur.fetchall())
        c.close()
    p.wait()
