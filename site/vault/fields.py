"""Model fields that hold secrets: sealed text, its blind index, and public references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import BaseExpression

from vault import keys, refs, sealing


class Sealed(bytes):
    """What stands in the column: bytes that are opened only when somebody reads the attribute."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<sealed>"


class _Opening:
    """The attribute of a sealed field: opens on first reading, keeps the plain text on the instance."""

    def __init__(self, field: SealedTextField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = sealing.unseal(value, place=self.field.place(instance)).decode()
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.Field):  # type: ignore[type-arg]
    """Text that the database holds sealed, with `table.column.pk` as its associated data.

    The model's primary key must be made in Python (a UUID), since it is part of the seal. Only saving an instance
    can seal: `update()`, `bulk_update()` and lookups raise, and a `BlindIndexField` serves exact look-up.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Return the kind of column: raw bytes."""
        return "BinaryField"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))

    def place(self, instance: models.Model) -> str:
        """Return the associated data of this field on `instance`: table.column.pk."""
        if instance.pk is None:
            raise FieldError(f"{self.model.__name__} needs a primary key made in Python before {self.name} is sealed.")
        return f"{self.model._meta.db_table}.{self.column}.{instance.pk}"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if self.attname not in model_instance.__dict__:
            getattr(model_instance, self.attname)  # deferred: saving it by name must not empty it
        value = model_instance.__dict__[self.attname]
        if isinstance(value, Sealed) or value is None:
            if add and value is not None:
                sealing.unseal(value, place=self.place(model_instance))  # a copied row must not keep another's seal
            return value
        return Sealed(sealing.seal(str(value).encode(), place=self.place(model_instance)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or isinstance(value, (Sealed, BaseExpression)):
            return connection.Database.Binary(value) if isinstance(value, Sealed) else value
        raise FieldError(f"{self.name} is sealed: set it on an instance and save that; look it up by its blind index.")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Wrap the column's bytes; they are opened when the attribute is read."""
        return None if value is None else Sealed(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed and cannot be searched; look it up by its blind index.")

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} is sealed and is not serialized.")

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return forms.CharField(label=kwargs.get("label", self.verbose_name), required=not self.blank)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, path, list(args), dict(kwargs)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """A keyed hash of another attribute, for exact look-up without reading.

    Args:
        source: the attribute whose value is hashed when the instance is saved.
        normal: brings a value to its one form (digits of a phone); "" is stored as "" and never matches.
    """

    def __init__(self, *args: Any, source: str, normal: Callable[[str], str], **kwargs: Any) -> None:
        self.source, self.normal = source, normal
        kwargs.update(max_length=64, blank=True, default="", editable=False)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "blank", "default", "editable"):
            kwargs.pop(key, None)
        kwargs.pop("db_index", None)
        if not self.db_index:  # type: ignore[attr-defined]  # the stubs leave it out
            kwargs["db_index"] = False
        return name, path, list(args), {**kwargs, "source": self.source, "normal": self.normal}

    def hashed(self, value: str, key_id: str | None = None) -> str:
        """Return the index of a plain value, or "" for an empty one."""
        normal = self.normal(value or "")
        return keys.keyed_hash(f"{self.model._meta.db_table}.{self.column}", normal, key_id) if normal else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.hashed(str(getattr(model_instance, self.source) or ""))
        setattr(model_instance, self.attname, value)
        return value

    def matching(self, value: str) -> models.Q:
        """Return the condition that finds `value` under every key of the ring; nothing for an empty value."""
        from django.conf import settings

        found = [digest for key in settings.FIELD_KEYS if (digest := self.hashed(value, key.id))]
        return models.Q(**{f"{self.name}__in": found})


def blind(model: type[models.Model], name: str, value: str) -> models.Q:
    """Return `model`'s condition for "the blind index `name` holds `value`", as in `filter(blind(Case, …))`."""
    return cast(BlindIndexField, model._meta.get_field(name)).matching(value)


class RefField(models.CharField):  # type: ignore[type-arg]
    """A public, random name such as `JR-7K2M`, given on first save and never changed; it grows when names run short.

    A model with very many rows says `unique=False` and has a constraint instead: PostgreSQL keeps a second index for
    searches by beginning beside every unique text field, and none beside a constraint.
    """

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.update(max_length=24, editable=False)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "unique", "editable"):
            kwargs.pop(key, None)
        if not self.unique:
            kwargs["unique"] = False
        return name, path, list(args), {**kwargs, "prefix": self.prefix}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, self.attname) or ""
        if add and not value:
            manager = self.model._base_manager
            value = refs.fresh(self.prefix, taken=lambda ref: manager.filter(**{self.attname: ref}).exists())
            setattr(model_instance, self.attname, value)
        return str(value)
