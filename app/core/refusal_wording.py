"""How guardians refuse in their own words, as patterns over folded text (no case, no accents, see `search_text.fold`).

Grouped by language: English, Spanish, French, Portuguese, Haitian Creole, Vietnamese, Somali, Russian, Ukrainian,
Arabic, Chinese. Kept to wordings that mean nothing else in a school's thread; staff decide either way.
"""

_TEXTING = r"(?:text(?:ing|s)?|txt(?:ing|s)?|messag(?:e|es|ing)|contact(?:ing)?|call(?:ing|s)?|send(?:ing)?|spam(?:ming)?)"

_DO_NOT = r"do ?n[o']?t|do not"
_POLITELY = r"(?:please|pls|plz|now|it|this|thanks?|thank you)"
_ATTEND = r"(?:go(?:es)?|attends?|attending|enrolled|going|a student)"
_SCHOOL_HERE = r"(?:(?:to |at |in )?(?:this|that|your|the|there|here|school))"
_NOT_A_DAY = r"(?!.{0,12}\b(?:today|tomorrow|this week|monday|friday)\b)"

# Said, and taken out before anything else is looked for.
NOT_A_REFUSAL: tuple[str, ...] = (
    rf"\b(?:do ?n[o']?t|never) (?:please )?stop (?:{_TEXTING})",
    r"\bbus stop\b",
    r"\bstop(?:ped|ping)? by\b",
    r"\bno deje[ns]? de (?:escribir|enviar|mandar|llamar|avisar)\w*",
    r"\b(?:is|was|if) (?:this|it|that)(?: is)? the wrong (?:number|person)\?",
)

STOP_ASKED: tuple[str, ...] = (
    rf"^\W*(?:please\W+)?(?:stop|stopall|unsubscribe|revoke|opt ?-?out)\b\W*(?:{_POLITELY}\W*){{0,3}}$",
    rf"\b(?:stop|quit|cease) (?:all )?(?:the |these |this |your |with the )?{_TEXTING}\b",
    rf"\b(?:{_DO_NOT}|never) (?:ever )?(?:{_TEXTING}) (?:me|us|this (?:number|phone)|here|my)\b",
    rf"\bno more (?:{_TEXTING})\b",
    r"\b(?:take|remove|delete|drop) (?:me|us|my (?:number|phone|name)|this (?:number|phone)) (?:off|from|out)\b",
    r"\b(?:unsubscribe|opt) (?:me|us)\b|\bopt(?:ing)? (?:me )?out\b|\bunsubscribe (?:from|this|please)\b",
    r"\b(?:lose|forget) (?:my|this) number\b|\bleave (?:me|us) alone\b",
    rf"\b(?:{_DO_NOT}) want (?:to (?:get|receive) )?(?:any ?more |more |these |your |any )+(?:text|txt|message|call)",
    # Spanish
    r"^\W*(?:por favor\W+)?(?:alto|pare|paren|parar|basta|detener|cancelar|no mas)\W*(?:por favor|ya|gracias)?\W*$",
    r"\b(?:dej|par)(?:e|a|en|ar) (?:ya )?de (?:me )?(?:escribir|enviar|mandar|llamar|textear|contactar|molestar)\w*",
    r"\bya no (?:quiero|deseo|queremos|me|nos) (?:mas )?(?:recibir|mensajes|textos|mand|envi|escrib|llam|text)\w*",
    r"\bno (?:me|nos) (?:vuelva[ns]? a )?(?:escriba|mande|envie|llame|textee|molest)\w*",
    r"\bno (?:quiero|deseo|queremos) (?:recibir )?(?:mas |sus |estos |ningun |tus )+(?:mensaje|texto|llamada)s?",
    r"\bno mas (?:mensaje|texto|llamada)s?\b",
    r"\b(?:quit|borr|elimin|saqu)\w* (?:mi|este) (?:numero|telefono)\b",
    r"\b(?:quiteme|saqueme|borreme|eliminenme|quitenme) de\b",
    # French, Portuguese, Haitian Creole
    r"\barret(?:ez|e|er) (?:de |d')(?:m'|me |nous )?(?:ecrire|envoyer|texter|appeler|contacter)",
    r"\bne (?:m'|me |nous )(?:ecrivez|envoyez|textez|appelez|contactez) plus\b",
    r"\bplus de messages?,? (?:s'il|svp|merci)",
    r"\b(?:pare|parem|para) de (?:me )?(?:mandar|enviar|escrever|ligar)\b",
    r"\bnao (?:me )?(?:mande|envie|mandem|enviem) mais\b",
    r"\b(?:sispann|pa) (?:voye|ekri|rele)(?: mwen| m)?\b(?! pwoblem)",
    # Vietnamese, Somali
    r"\b(?:dung|ngung|xin dung|khong) (?:nhan tin|gui tin|goi)(?: nua)?\b.{0,20}(?:nua|cho toi|toi)\b",
    r"\b(?:ha|haku) (?:ii?|noo) ?(?:soo )?(?:dirin|diri[nm]|wicin)\b",
    r"\bjoojiya? (?:farriimaha|fariimaha|qoraalka|wicitaan)\w*",
    # Russian, Ukrainian
    r"\b(?:перестаньте|прекратите|хватит|не надо) (?:мне )?(?:писать|слать|присылать|звонить)\b",
    r"\b(?:не пишите|не звоните|не присылаите)(?: мне| больше|$|\W)",
    r"\b(?:перестаньте|припиніть|припинить|досить) (?:мені |мени )?(?:писати|надсилати|дзвонити)\b",
    r"\bне (?:пишіть|пишить|дзвоніть|дзвонить|надсилаите)\b",
    # Arabic, Chinese
    r"(?:توقفوا?|كفوا) عن (?:ال)?(?:ارسال|مراسل|الاتصال|اتصال|كتاب)",
    r"لا ترسلوا? (?:لي|لنا|المزيد|رسائل)",
    r"لا تراسلوني",
    r"اوقفوا الرسائل",
    r"(?:不要|别|請勿|请勿|不用)(?:再)?(?:给我|給我)?(?:发|發)(?:短信|信息|消息|簡訊|送)|停止(?:发|發)(?:送)?|退订|退訂|取消订阅|別再(?:傳|發)",
)

WRONG_PERSON: tuple[str, ...] = (
    r"\bwrong (?:number|person|parent|family|phone|#|num\b|contact|guy|lady|one\b)",
    r"\byou(?:'ve| have)? (?:got|have|texted|messaged|called|reached) the wrong\b",
    r"\b(?:i am not|i'?m not|this isn't|this is not) (?:the|his|her|their) (?:mom|mother|dad|father|parent|guardian)\b",
    rf"\b(?:{_DO_NOT}) know (?:this|that|any) (?:child|kid|student|person)\b",
    rf"\b(?:{_DO_NOT}) have (?:a |any )?(?:kid|child|student)(?:s|ren)?\b",
    r"\bi have no (?:kid|child|student)(?:s|ren)?\b",
    r"\bwho(?:'s| is| are| r) (?:this|u|you)\b.{0,30}\bwrong\b|\bnot (?:my|our) (?:kid|child|son|daughter)\b",
    r"\b(?:this|my) (?:number|phone) (?:no longer|doesn'?t) belongs? to\b|\bno one (?:here )?by that name\b",
    # Spanish
    r"\b(?:numero|persona|telefono|contacto) (?:equivocad|incorrect|erron)[oa]\b",
    r"\b(?:se equivoc|esta equivocad)\w*(?: de (?:numero|persona))?",
    r"\b(?:no soy|yo no soy) (?:la|el|su) (?:mama|madre|papa|padre|tutora?|persona)\b",
    r"\bno (?:tengo|tenemos) (?:hijos|ninos|ningun hijo)\b",
    r"\bno conozco a (?:ese|esa|este|esta|ningun) (?:nino|nina|estudiante|alumno|persona|alumna)\b",
    # French, Portuguese, Haitian Creole
    r"\b(?:mauvais|faux) numero\b|\bvous vous (?:etes )?tromp\w+ de (?:numero|personne)\b",
    r"\b(?:numero|pessoa) errad[oa]\b",
    r"\bmove nimewo\b",
    r"\bnimewo a pa bon\b",
    r"\bse pa (?:bon )?(?:moun|nimewo) (?:nan|a|sa)\b",
    # Vietnamese, Somali
    r"\b(?:nham|sai|lon) (?:so|nguoi)\b",
    r"\b(?:lambar|nambar|numbar|qof|telefoon)\w* (?:waa )?(?:khaldan|qaldan)\b",
    r"\bwaad? (?:khaldan|qaldan) ?tah",
    # Russian, Ukrainian
    r"\bошиблись (?:номером|человеком)\b",
    r"\bне тот номер\b",
    r"\bневерныи номер\b",
    r"\bпомилились (?:номером|людиною)\b",
    r"\bне тои номер\b",
    # Arabic, Chinese
    r"(?:الرقم|رقم) (?:خطا|خاطئ|غلط|غير صحيح)|(?:الشخص|شخص) (?:الخطا|الخاطئ|خطا|غلط)|لست (?:والد|ام|اب|ولي)",
    r"(?:打|发|發|弄|搞|找|传|傳)错(?:了)?(?:人|号|號|电话|電話)?|錯(?:人|號|了人)|号码(?:不对|错)|认错人",
)

LEFT_SCHOOL: tuple[str, ...] = (
    rf"\b(?:no longer|doesn'?t|does not|{_DO_NOT}|isn'?t|not) {_ATTEND}(?: {_SCHOOL_HERE})\b{_NOT_A_DAY}",
    r"\b(?:goes|go|going) to (?:a |an)?(?:other|different|new) school\b",
    r"\b(?:changed|switched|transferred) (?:to (?:a|an)?\w* ?)?schools?\b",
    r"\bwe (?:have )?moved (?:away|out of)\b",
    r"\bya no (?:va|asiste|estudia|esta) (?:a|en|inscrit[oa] en) (?:esa|esta|su|la|ese|este) (?:escuela|colegio)\b",
    r"\b(?:cambio|cambiamos) de escuela\b",
    r"\b(?:va|asiste) a otra escuela\b",
)
