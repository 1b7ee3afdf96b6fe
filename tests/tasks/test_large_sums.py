"""What many tasks are together is shown, however much each may be."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.tasks import TeamFactory


def test_the_hours_of_a_team_are_summed_up_however_many_there_are(alice, as_person):
    team, program = TeamFactory(owner=alice), as_person(alice)
    table = "title,status,estimated_hours\n" + "".join(f"t{n},done,99999.99\n" for n in range(101))
    file = SimpleUploadedFile("t.csv", table.encode())
    assert program.post(f"/api/teams/{team.pk}/import/", {"file": file}, format="multipart").status_code in {200, 201}
    answer = program.get(f"/api/teams/{team.pk}/velocity/")
    assert answer.status_code == 200
    assert max(float(week["hours"]) for week in answer.json()) == 10099998.99
