from django.db.models import TextChoices


class DeliveryMethod(TextChoices):
    """How a document goes out; which day counts depends on it (国办公开办函〔2016〕235号)."""

    IN_PERSON = "in_person", "当面领取"
    MAIL = "mail", "邮寄"
    ONLINE = "online", "网络"
    FAX = "fax", "传真"
