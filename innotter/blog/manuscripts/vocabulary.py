"""Words by which authors say that a text is for everybody, or not: in the languages that front matter is written in.

Front matter is written in English nearly always, by names that programs know. Folders, titles, comments and an author's
own names are written in the author's language; what stands here is what drafts and secrets are called there.
"""

#: What a text that is not finished is called.
DRAFTS = {
    *("draft", "drafts", "wip", "unpublished", "unfinished", "unreleased", "notpublished", "workinprogress"),
    *("черновик", "черновики", "черновой", "чернетка", "чернетки", "неопубликовано", "entwurf", "entwürfe"),
    *(
        "brouillon",
        "brouillons",
        "borrador",
        "borradores",
        "rascunho",
        "rascunhos",
        "bozza",
        "bozze",
        "szkic",
        "szkice",
    ),
    *("taslak", "utkast", "草稿", "未发布", "下書き", "下书き", "초안"),
}
#: Who else may read a text, or that nobody may.
HIDDEN = DRAFTS | {
    *("private", "secret", "internal", "hidden", "unlisted", "invisible", "confidential", "restricted", "embargoed"),
    *("protected", "password", "encrypted", "premium", "paid", "paidmembers", "subscriber", "subscribers", "member"),
    *("members", "membersonly", "subscribersonly", "friends", "friendsonly", "familyonly", "staff", "staffonly"),
    *("paywall", "paidonly", "paidsubscribersonly"),
    *("admin", "admins", "editors", "moderators", "onlyme", "nobody", "never", "notpublic", "nonpublic", "pending"),
    *("inreview", "scheduled", "inprogress", "trash", "deleted", "comingsoon", "donotpublish", "incomplete", "queued"),
    *("unready", "notready", "needsreview", "awaitingreview"),
    *("приватно", "приватный", "личное", "личный", "скрыто", "скрытый", "закрыто", "закрытый", "секретно", "друзья"),
    *("подписчики", "непублично", "непубличный", "непубликовать", "запланировано", "отложено", "вработе", "удалено"),
    *("приховано", "приватна", "privat", "versteckt", "intern", "geheim", "privé", "privée", "caché", "masqué"),
    *("privado", "privada", "oculto", "oculta", "privato", "privata", "nascosto", "prywatny", "prywatne", "ukryty"),
    *("私密", "隐藏", "非公開", "비공개"),
}
#: What WordPress puts before a title, with a colon, when only some may read the text: so it stands in what it exports.
BEFORE_TITLES = {
    *("private", "protected", "личное", "защищено", "приватно", "захищено", "privat", "geschützt", "privé", "protégé"),
    *("privado", "protegido", "privato", "protetto", "prywatny", "zabezpieczony", "私密", "非公開", "保護中"),
}
#: Words for what everybody may read.
PUBLIC = {
    *("published", "publish", "public", "live", "featured", "released", "visible"),
    *("everyone", "everybody", "all", "anyone", "any", "anybody", "world"),
    *("опубликовано", "опубликован", "публично", "публичный", "открыто", "открытый", "все", "всем", "длявсех"),
    *("veröffentlicht", "öffentlich", "publié", "publique", "publicado", "público", "pubblicato", "pubblico"),
    *("opublikowany", "opublikowane", "publiczny", "公开", "已发布", "公開", "공개"),
}
YES = {"true", "yes", "y", "on", "1", "t", "да", "истина", "так", "ja", "oui", "si", "sí", "sim", "tak", "是", "はい"}
NO = {"false", "no", "n", "off", "0", "f", "нет", "ложь", "ні", "nein", "non", "não", "nie", "否", "いいえ"}

#: Parts of names, as patterns: what hides, what shows, and what tells with a word which of the two it is.
HIDING_NAMES = (
    r"(?:un|not|non)(?:publi|listed|releas|visib)\w*|invisib\w*|drafts?|draft\w*|privat\w*|hidden|hide|protect\w*|wip"
    r"|member\w*|exclude\w*|embargo\w*|schedul\w*|expir\w*|encrypt\w*|headless|secret|internal|restrict\w*|confidential\w*|only"
    r"|subscriber\w*|paywall\w*|premium|paid|passphrases?|passcodes?"
    r"|чернов\w*|чернетк\w*|скры\w*|спрят\w*|приват\w*|прихован\w*|личн\w*|закрыт\w*|секрет\w*|непубли\w*|неопубли\w*"
    r"|запланир\w*|отложен\w*|entw[uü]rf\w*|versteckt|verborgen|geheim|intern|brouillons?|priv[ée]e?|cachée?|masquée?"
    r"|borrador\w*|rascunho\w*|bozz[ae]|ocult[oa]s?|privad[oa]s?|nascost[oa]|szkice?|prywatn\w+|ukryt\w+"
    r"|草稿|私密|隐藏|未发布|下書き|非公開|초안|비공개"
)
SHOWING_NAMES = (
    r"publi(?!sher|cation)\w*|visib\w*|listed|releas\w*"
    r"|опубли\w*|публи\w*|видим\w*|открыт\w*|veröffentlich\w*|öffentlich|sichtbar|públic[oa]|pubblic\w*|opublikowan\w+"
    r"|公开|发布|公開|공개"
)
TELLING_NAMES = (
    r"status|state|access|privacy|audience|readership|readers|viewers|permissions?|confidentiality"
    r"|статус|состояни\w*|доступ\w*|видимост\w*|приватност\w*|аудитори\w*|sichtbarkeit|zugriff|statut|visibilité|accès"
    r"|estado|visibilidade?|acces[os]o|stato|visibilità|状态|公開状態"
)
