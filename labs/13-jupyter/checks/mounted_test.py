import pytest


def test_passes_a_pod_that_mounts_the_claim_wherever_and_asks_no_kernel(look, where, deployment):
    assert look("mounted", deployment=deployment()).findings == []
    assert look("mounted", deployment=deployment(mount_path="/data")).findings == []
    assert where.ran == []


@pytest.mark.parametrize(
    ("volume", "mount", "reason", "told"),
    [
        (
            {"emptyDir": {}},
            "/home/jovyan",
            "saved-on-empty-dir",
            "keeps its files in /home/jovyan. There is an emptyDir, which ends with its pod.",
        ),
        (
            {"hostPath": {"path": "/x"}},
            "/home/jovyan",
            "saved-on-another-volume",
            "There is a volume of the kind hostPath.",
        ),
        (
            {"persistentVolumeClaim": {"claimName": "other"}},
            "/home/jovyan",
            "saved-on-another-claim",
            "There the claim other is mounted.",
        ),
        (
            {"persistentVolumeClaim": {"claimName": "other"}},
            "/",
            "claim-mounted-elsewhere",
            "The claim other is mounted at /home/jovyan.",
        ),
        (None, "/", "no-claim-mounted", "The pod mounts no PersistentVolumeClaim"),
    ],
)
def test_tells_what_the_files_are_on_instead(look, where, deployment, volume, mount, reason, told):
    where.mount = mount
    (finding,) = look("mounted", deployment=deployment(volume)).findings
    assert finding["reason"] == reason
    assert told in finding["message"]


def test_tells_that_no_kernel_says_where(server, look, deployment):
    def fails(code):
        raise server.kernels.Refused("the kernel was not done after 60 s")

    server.lets = fails
    (finding,) = look("mounted", deployment=deployment(None)).findings
    assert (finding["reason"], finding["actual"]) == ("kernel-failed", "the kernel was not done after 60 s")
