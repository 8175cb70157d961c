"""The renditions of images: made by a job, and by nothing else."""

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cms.core.models import ClinicImage, ClinicRendition
from cms.core.operations import PRESETS_VERSION, due_images, make_due_renditions, make_renditions
from cms.graphql.image_presets import ALL_SPECS
from tests.factories import make_procedure, make_staff
from tests.hiding import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def picture(*, size: tuple[int, int] = (64, 48), color: str = "red", orientation: int = 1) -> ImageFile:
    content = BytesIO()
    drawn = PIL.Image.new("RGB", size, color)
    exif = drawn.getexif()
    exif[0x0112] = orientation
    drawn.save(content, "JPEG", exif=exif)
    content.seek(0)
    return ImageFile(content, name="picture.jpg")


def specs_of(image: ClinicImage) -> list[str]:
    return sorted(image.renditions.values_list("filter_spec", flat=True))


def color_of(rendition: ClinicRendition) -> tuple[int, ...]:
    with rendition.file.open() as stored, PIL.Image.open(stored) as opened:
        color = opened.convert("RGB").getpixel((10, 10))
    assert isinstance(color, tuple)
    return tuple(round(part / 64) * 64 for part in color)


def test_job_makes_every_rendition_of_every_image_once() -> None:
    images = [make_image("One"), make_image("Two")]

    assert [make_due_renditions() for _ in range(3)] == [True, True, False]
    assert [specs_of(image) for image in images] == [sorted(ALL_SPECS)] * 2
    assert list(due_images()) == []


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_placeholder_is_a_small_picture(mode: str) -> None:
    noise = BytesIO()
    bands = [PIL.Image.effect_noise((640, 480), 200) for _ in mode]
    PIL.Image.merge(mode, bands).save(noise, "PNG")
    image = ClinicImage.objects.create(title="Noise", file=ImageFile(noise, name="noise.png"))
    make_due_renditions()
    image.refresh_from_db()
    start, _, picture = image.placeholder.partition(",")

    assert start == "data:image/webp;base64"
    assert len(image.placeholder) <= 400
    with PIL.Image.open(BytesIO(b64decode(picture))) as shown:
        assert shown.size == (16, 12)


def test_damaged_picture_does_not_keep_others_waiting() -> None:
    good = make_image("Good")
    damaged = BytesIO()
    PIL.Image.effect_noise((64, 64), 200).convert("RGB").save(damaged, "AVIF")
    content = damaged.getvalue()
    broken = BytesIO(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    ClinicImage.objects.create(
        title="Damaged", file=ImageFile(broken, name="damaged.avif"), width=64, height=64
    )

    assert [make_due_renditions() for _ in range(3)] == [True, True, False]
    assert specs_of(good) == sorted(ALL_SPECS)


def test_moved_focal_point_makes_new_renditions_and_deletes_the_old(
    media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    image = make_image()
    image.get_rendition("max-165x165")
    make_due_renditions()
    before = set(image.renditions.values_list("pk", flat=True))
    ClinicImage.objects.update(focal_point_x=1, focal_point_y=1, focal_point_width=2, focal_point_height=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert make_due_renditions()

    assert specs_of(image) == sorted([*ALL_SPECS, "max-165x165"])
    assert len(before & set(image.renditions.values_list("pk", flat=True))) == 1
    # The original, one rendition of the admin, and those of the presets.
    assert len(files_in(media)) == 2 + len(ALL_SPECS)


def test_replaced_file_makes_all_renditions_anew() -> None:
    image = ClinicImage.objects.create(title="Wall", file=picture(color="red"))
    image.get_rendition("max-165x165")
    make_due_renditions()
    image.refresh_from_db()
    image.file = picture(color="blue", size=(80, 40))
    image.save()

    assert [make_due_renditions(), make_due_renditions()] == [True, False]
    assert specs_of(image) == sorted(ALL_SPECS)
    assert {color_of(rendition) for rendition in image.renditions.all()} == {(0, 0, 256)}


def test_file_replaced_by_someone_who_read_the_image_long_ago_makes_all_renditions_anew() -> None:
    image = ClinicImage.objects.create(title="Wall", file=picture(color="red"))
    make_due_renditions()
    image.file = picture(color="blue")
    image.save()

    assert make_due_renditions()
    assert {color_of(rendition) for rendition in image.renditions.all()} == {(0, 0, 256)}


def test_changed_presets_make_what_is_missing_and_delete_what_is_former() -> None:
    image = make_image()
    make_due_renditions()
    kept = set(image.renditions.exclude(filter_spec=ALL_SPECS[0]).values_list("pk", flat=True))
    # As an earlier version of the presets left it.
    image.renditions.filter(filter_spec=ALL_SPECS[0]).update(filter_spec="fill-9x9|format-webp")
    image.refresh_from_db()
    ClinicImage.objects.update(renditions_made=image.renditions_made.replace(PRESETS_VERSION, "former"))

    assert make_due_renditions()
    assert specs_of(image) == sorted(ALL_SPECS)
    assert kept < set(image.renditions.values_list("pk", flat=True))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40], ids=len)
def test_broken_file_is_told_once_and_stops_nobody(content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    sound = make_image("Sound")
    broken = make_image("Broken")
    broken.file.storage.delete(broken.file.name)
    broken.file.storage.save(broken.file.name, ContentFile(content))

    assert [make_due_renditions() for _ in range(3)] == [True, True, False]
    assert (specs_of(broken), specs_of(sound)) == ([], sorted(ALL_SPECS))
    [record] = caplog.records
    assert record.getMessage().startswith(f"Image {broken.pk}: its file gives no renditions (")


def test_missing_file_is_told_once_and_its_replacement_is_made(caplog: pytest.LogCaptureFixture) -> None:
    image = make_image()
    image.file.storage.delete(image.file.name)

    assert [make_due_renditions(), make_due_renditions()] == [True, False]
    assert [record.getMessage() for record in caplog.records] == [
        f"Image {image.pk}: its file gives no renditions (SourceImageIOError)."
    ]
    image.file = picture()
    image.save()
    assert make_due_renditions()
    assert specs_of(image) == sorted(ALL_SPECS)


def test_picture_that_lies_on_its_side_has_the_size_that_browsers_show() -> None:
    image = ClinicImage.objects.create(title="Turned", file=picture(size=(64, 48), orientation=6))
    make_due_renditions()
    image.refresh_from_db()

    assert (image.width, image.height) == (48, 64)
    rendition = image.renditions.get(filter_spec="fill-480x600|format-webp")
    assert (rendition.width, rendition.height) == (48, 60)


def test_image_that_changes_while_renditions_are_made_stays_due() -> None:
    make_image()
    stale = due_images().get()
    ClinicImage.objects.update(focal_point_x=1, focal_point_y=1, focal_point_width=2, focal_point_height=2)
    make_renditions(stale)

    assert ClinicRendition.objects.count() == 0
    assert due_images().count() == 1


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def test_upload_in_the_admin_makes_no_rendition_of_a_preset(editor: Client) -> None:
    answer = editor.post(reverse("wagtailimages:add"), {"title": "Wall", "file": picture(), "collection": 1})

    image = ClinicImage.objects.get()
    assert answer.status_code == 302
    assert [spec for spec in specs_of(image) if spec in ALL_SPECS] == []
    assert make_due_renditions()
    assert set(ALL_SPECS) <= set(specs_of(image))


@pytest.mark.parametrize("view", ["wagtailimages:add", "wagtailimages:add_multiple"])
def test_half_a_picture_is_refused_in_words(editor: Client, view: str) -> None:
    whole = BytesIO()
    PIL.Image.effect_noise((640, 480), 200).convert("RGB").save(whole, "JPEG")
    half = ContentFile(whole.getvalue()[:600], name="half.jpg")
    name = "file" if view == "wagtailimages:add" else "files[]"
    answer = editor.post(reverse(view), {"title": "Half", name: half, "collection": 1})

    assert answer.status_code == 200
    assert "The file is damaged" in answer.content.decode()
    assert not ClinicImage.objects.exists()


def test_new_file_in_the_admin_shows_nothing_of_the_old_one(editor: Client) -> None:
    editor.post(reverse("wagtailimages:add"), {"title": "Wall", "file": picture(), "collection": 1})
    make_due_renditions()
    image = ClinicImage.objects.get()
    changes = {"title": "Wall", "file": picture(color="blue"), "collection": image.collection_id}
    editor.post(reverse("wagtailimages:edit", args=[image.pk]), changes)

    image.refresh_from_db()
    assert image.placeholder == ""
    assert [spec for spec in specs_of(image) if spec in ALL_SPECS] == []
    assert make_due_renditions()
    colors = {color_of(each) for each in image.renditions.filter(filter_spec__in=ALL_SPECS)}
    assert colors == {(0, 0, 256)}


def test_reading_makes_no_file(client: Client, media: Path) -> None:
    make_procedure(hero_image=make_image())
    before = files_in(media)
    query = """{ procedure(slug: "micro-needling") { heroImage {
      rendition(preset: HERO, format: AVIF) { url } srcSet(preset: CARD) placeholder } } }"""
    answer = client.post("/graphql/", {"query": query}, content_type="application/json")

    assert answer.json()["data"]["procedure"]["heroImage"]["placeholder"] is None
    assert (files_in(media), ClinicRendition.objects.count()) == (before, 0)
