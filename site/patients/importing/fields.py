"""The fields that a file may fill, the headers by which practice systems call them, and how their cells are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.importing import dates, values
from patients.models import Attribute
from patients.models.imports import FileKind

Parse = Callable[[str], Any]
CUSTOM = "attribute:"
PATIENTS, APPOINTMENTS, PROCEDURES = FileKind.PATIENTS, FileKind.APPOINTMENTS, FileKind.PROCEDURES


@dataclass(frozen=True)
class Field:
    """One thing that a column may tell.

    Args:
        name: as a map names it.
        label: as people see it.
        headers: how systems call it, folded by `folded_header`.
        parse: reads a cell that is not empty; None for a date, whose order must be known first.
        group: what has changed where it changes: names, phones, emails, addresses, consent, status, other.
    """

    name: str
    label: str | Promise
    headers: tuple[str, ...]
    parse: Parse | None
    group: str = "other"

    @property
    def is_date(self) -> bool:
        """Whether day or month may come first."""
        return self.parse is None


def folded_header(name: str) -> str:
    """Return a header as it is compared: small letters and figures with one blank between words."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _field(name: str, label: Any, headers: str, parse: Parse | None, group: str = "other") -> Field:
    return Field(name, label, tuple(folded_header(one) for one in headers.split(",")), parse, group)


PATIENT_ID = (
    "patient id,patient number,patient no,pat id,patid,pat num,patnum,chart number,chart no,chart,chart id,chart num,"
    "account number,account no,mrn,medical record number,patient external id,external id,patient account,patient"
)
PERSON = (
    _field("external_id", _("Chart number"), f"{PATIENT_ID},id", values.identity),
    _field(
        "given_name",
        _("First name"),
        "first name,firstname,first,fname,given name,given,patient first name,pat first,forename,f name",
        values.name,
        "names",
    ),
    _field(
        "family_name",
        _("Last name"),
        "last name,lastname,last,lname,surname,family name,family,patient last name,pat last,l name",
        values.name,
        "names",
    ),
    _field("name", _("Whole name"), "name,full name,patient name,fullname,pat name", values.full_name, "names"),
    _field(
        "born_on",
        _("Birth date"),
        "birthdate,birth date,dob,date of birth,birthday,d o b,patient dob,born,born on,birth",
        None,
    ),
    _field("gender", _("Gender"), "gender,sex,patient gender,patient sex", values.gender),
    _field(
        "email",
        _("E-mail address"),
        "email,e mail,email address,e mail address,patient email,primary email,mail,home email,email 1",
        values.email,
        "emails",
    ),
    _field(
        "mobile",
        _("Phone, may get texts"),
        "mobile phone,mobile,cell phone,cell,cellphone,mobile number,cell number,wireless phone,wireless,"
        "mobile phone number,cell phone number,sms,text number,wireless phone number",
        values.phone,
        "phones",
    ),
    _field(
        "home_phone",
        _("Phone"),
        "home phone,phone,telephone,phone number,home,home number,hm phone,home phone number,primary phone,tel,"
        "telephone number,landline,main phone,phone 1,phone home",
        values.phone,
        "phones",
    ),
    _field(
        "street",
        _("Street"),
        "address,street,street address,address 1,address line 1,address1,mailing address,home address,addr,addr 1,"
        "patient address",
        values.words(160),
        "addresses",
    ),
    _field(
        "street_2",
        _("Street, second line"),
        "address 2,address2,address line 2,street 2,apt,unit,suite,apartment,addr 2",
        values.words(80),
        "addresses",
    ),
    _field("city", _("City"), "city,town,home city,mailing city,patient city", values.words(80), "addresses"),
    _field("state", _("State"), "state,province,st,home state,state province,patient state", values.state, "addresses"),
    _field(
        "postal_code",
        _("ZIP code"),
        "zip,zip code,zipcode,postal code,postcode,zip 5,home zip,zip postal code,patient zip",
        values.postal_code,
        "addresses",
    ),
    _field(
        "language",
        _("Language"),
        "language,preferred language,lang,primary language,spoken language,language preference",
        values.language,
    ),
    _field(
        "status",
        _("Status"),
        "status,patient status,pat status,active,patstatus,status code,account status",
        values.status,
        "status",
    ),
    _field(
        "consent_email",
        _("Consent: letters"),
        "e mail consent,email consent,consent email,consent e mail,email opt in,e mail opt in,newsletter,"
        "newsletter consent,ok to email,receives email,receive email,may email,marketing consent,email marketing,"
        "email allowed,consent to email,email permission,accepts email,marketing opt in,opt in email",
        values.yes_or_no,
        "consent",
    ),
    _field(
        "consent_sms",
        _("Consent: reminders by text"),
        "sms consent,text consent,consent sms,consent text,sms opt in,text opt in,ok to text,receives sms,receive sms,"
        "may text,text message consent,consent to text,text ok,txt msg ok,accepts sms,texting consent",
        values.yes_or_no,
        "consent",
    ),
    _field(
        "location",
        _("Location"),
        "location,office,clinic,practice location,site,home office,preferred location,clinic name,office name",
        values.words(80),
    ),
    _field(
        "provider",
        _("Provider"),
        "provider,primary provider,dentist,doctor,preferred provider,dr,prov 1,primary dentist,pri prov,"
        "provider name,primary doctor",
        values.words(80),
    ),
    _field(
        "responsible",
        _("Chart number of who answers and pays"),
        "guarantor id,guarantor,responsible party id,responsible party,guarantor number,guar id,head of household,"
        "head of household id,resp party id,guarantor patient id,responsible id,family head,guarantor chart number",
        values.identity,
    ),
    _field(
        "payer_class",
        _("Who pays"),
        "payer class,insurance type,payer,insurance,insurance plan,primary insurance,plan type,billing type,"
        "insurance carrier,carrier,fin class,financial class",
        values.payer_class,
    ),
    _field(
        "source",
        _("How they found us"),
        "referral source,source,referred by,how did you hear about us,referred from,lead source,how heard",
        values.words(60),
    ),
    _field(
        "spent_before",
        _("Spent so far"),
        "total production,lifetime spend,total spend,spent,total charges,lifetime production,lifetime value,"
        "total paid,production",
        values.cents,
    ),
)
VISIT = (
    _field(
        "visit_id",
        _("Number of the appointment"),
        "appointment id,appt id,apptid,appointment number,appt number,apt num,aptnum,appointment no,visit id,id",
        values.identity,
    ),
    _field("external_id", _("Chart number"), PATIENT_ID, values.identity),
    _field(
        "starts_on",
        _("Day"),
        "appointment date,appt date,appointment,date,date time,start,starts at,start time and date,"
        "appointment datetime,"
        "appt datetime,datetime,apt date time,aptdatetime,appointment date time,visit date,start date,scheduled date,"
        "scheduled for",
        None,
    ),
    _field(
        "starts_time",
        _("Time"),
        "time,start time,appointment time,appt time,starttime,visit time,scheduled time",
        dates.clock,
    ),
    _field("visit_status", _("Status"), "status,appointment status,appt status,apt status", values.visit_status),
    _field(
        "service",
        _("Service"),
        "service,appointment type,appt type,type,reason,procedure,visit type,description,appointment reason,procedures",
        values.words(120),
    ),
    _field("provider", _("Provider"), "provider,doctor,dentist,dr,provider name,prov,hygienist", values.words(80)),
    _field("location", _("Location"), "location,office,clinic,site,operatory location,clinic name", values.words(80)),
)
PROCEDURE = (
    _field(
        "procedure_id",
        _("Number of the procedure"),
        "procedure id,proc id,procid,transaction id,proc num,procnum,ledger id,procedure number,id",
        values.identity,
    ),
    _field("external_id", _("Chart number"), PATIENT_ID, values.identity),
    _field(
        "done_on",
        _("Day"),
        "procedure date,proc date,date,service date,date of service,dos,completed date,date completed,procdate,"
        "transaction date,completion date",
        None,
    ),
    _field(
        "code",
        _("Code"),
        "procedure code,proc code,ada code,code,cdt,cdt code,cpt,cpt code,proccode,service code",
        values.words(20),
    ),
    _field(
        "label",
        _("What was done"),
        "description,procedure description,procedure,proc description,treatment,procedure name,descript",
        values.words(120),
    ),
    _field("service", _("Service"), "service,category,service category,procedure category", values.words(120)),
    _field("provider", _("Provider"), "provider,doctor,dentist,dr,provider name,prov", values.words(80)),
    _field("fee", _("Fee"), "fee,amount,charge,proc fee,procfee,procedure fee,charges,price,total", values.cents),
)
OF_KIND: dict[str, tuple[Field, ...]] = {PATIENTS: PERSON, APPOINTMENTS: VISIT, PROCEDURES: PROCEDURE}
# What every row must tell; a name is two fields or one.
NEEDED: dict[str, tuple[str, ...]] = {
    PATIENTS: ("family_name",),
    APPOINTMENTS: ("external_id", "starts_on"),
    PROCEDURES: ("external_id", "done_on"),
}
# Headers that no list of patients has.
SIGNS = {
    PROCEDURES: frozenset(
        [
            "procedure code",
            "proc code",
            "ada code",
            "cdt",
            "cdt code",
            "cpt",
            "cpt code",
            "procedure date",
            "proc date",
            "procedure id",
            "proc id",
            "proc num",
            "procnum",
            "procdate",
            "proccode",
            "proc fee",
            "procfee",
            "date of service",
            "dos",
        ]
    ),
    APPOINTMENTS: frozenset(
        [
            "appointment id",
            "appt id",
            "apptid",
            "apt num",
            "aptnum",
            "appt num",
            "appointment number",
            "appointment date",
            "appt date",
            "appointment datetime",
            "appointment date time",
            "appt datetime",
            "aptdatetime",
            "apt date time",
            "appointment time",
            "appt time",
            "appointment status",
            "appt status",
            "apt status",
            "appointment type",
            "appt type",
            "visit date",
        ]
    ),
}


def fields_of(kind: str, custom: Iterable[Attribute] = ()) -> dict[str, Field]:
    """Return the fields of a kind of file by name; a patients' file may fill the practice's own attributes."""
    found = {field.name: field for field in OF_KIND[kind]}
    if kind == PATIENTS:
        found |= {f"{CUSTOM}{one.slug}": _of(one) for one in custom}
    return found


def custom_attributes() -> list[Attribute]:
    """Return the attributes in use."""
    return list(Attribute.objects.filter(is_active=True).order_by("pk"))


def _of(attribute: Attribute) -> Field:
    readers: dict[str, Parse | None] = {
        Attribute.Kind.TEXT: values.words(200),
        Attribute.Kind.CHOICE: values.one_of(attribute.choices),
        Attribute.Kind.NUMBER: values.number,
        Attribute.Kind.DATE: None,
        Attribute.Kind.YES_NO: values.yes_or_no,
    }
    headers = (folded_header(attribute.label), folded_header(attribute.slug))
    return Field(f"{CUSTOM}{attribute.slug}", attribute.label, headers, readers[attribute.kind])


def parser_of(field: Field, order: str, today: date) -> Parse:
    """Return what reads a field's cells."""
    if field.parse is not None:
        return field.parse
    if field.name == "starts_on":
        return lambda text: dates.moment(text, order, today)
    if field.name == "born_on":
        return dates.birth(order, today)
    return dates.planned(order, today)
