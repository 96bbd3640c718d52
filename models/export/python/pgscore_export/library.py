"""What differs between releases of scikit-learn."""
import sklearn

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


def allows_nan(model):
    try:
        from sklearn.utils import get_tags  # 1.6

        return bool(get_tags(model).input_tags.allow_nan)
    except ImportError:
        return bool(model._get_tags().get("allow_nan", False))
