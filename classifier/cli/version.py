"""What `baogao --version` says."""

from importlib import metadata

from classifier.manifest import ModelError, library_versions, read_manifest
from classifier.model import shipped_model_folder


def version_text() -> str:
    """Versions of baogao, the model and everything the model's numbers depend on."""
    lines = [f"baogao {metadata.version('baogao')}"]
    try:
        manifest = read_manifest(shipped_model_folder())
        lines.append(
            f"model {manifest.version} (corpus {manifest.corpus['sha256'][:12]}, {manifest.corpus['documents']} documents)"
        )
    except ModelError as error:
        lines.append(f"model: {error}")
    lines += [f"{name} {version}" for name, version in library_versions().items()]
    return "\n".join(lines)
