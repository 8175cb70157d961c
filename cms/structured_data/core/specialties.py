"""Specialties as providers write them, and the members of schema.org's enumeration that mean the same.

What is not listed here is told in words alone: a wrong member would mislead."""

_MEMBERS = {
    "Anesthesia": "anesthesia anesthesiology anaesthesiology anestesiología",
    "Cardiovascular": "cardiology cardiología",
    "Dentistry": "dentistry odontología",
    "Dermatology": "dermatology dermatología",
    "DietNutrition": "nutrition dietetics nutrición",
    "Endocrine": "endocrinology endocrinología",
    "Gastroenterologic": "gastroenterology gastroenterología",
    "Geriatric": "geriatrics geriatría",
    "Gynecologic": "gynecology gynaecology ginecología",
    "Musculoskeletal": "orthopedics orthopaedics ortopedia",
    "Neurologic": "neurology neurología",
    "Obstetric": "obstetrics obstetricia",
    "Oncologic": "oncology oncología",
    "Otolaryngologic": "otolaryngology otorrinolaringología",
    "Pediatric": "pediatrics paediatrics pediatría",
    "Physiotherapy": "physiotherapy fisioterapia",
    "Podiatric": "podiatry podología",
    "Psychiatric": "psychiatry psiquiatría",
    "Pulmonary": "pulmonology neumología",
    "Radiography": "radiology radiología",
    "Rheumatologic": "rheumatology reumatología",
    "Urologic": "urology urología",
}
_BY_WORD = {word: member for member, words in _MEMBERS.items() for word in words.split()} | {
    "physical therapy": "Physiotherapy",
    "plastic surgery": "PlasticSurgery",
    "cirugía plástica": "PlasticSurgery",
    "primary care": "PrimaryCare",
    "family medicine": "PrimaryCare",
    "medicina familiar": "PrimaryCare",
}


def medical_specialties(specialties: list[str]) -> list[str]:
    """Return the members for those specialties that have one, each once."""
    found = (_BY_WORD.get(each.strip().lower()) for each in specialties)
    return [f"https://schema.org/{member}" for member in dict.fromkeys(found) if member]
