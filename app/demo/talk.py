"""What families and schools write to each other. Each exchange is believable on its own; names are filled in."""

# {child} {teacher} {guardian} are filled in. "in" is the guardian, "out" the teacher, "note" staff only.
Line = tuple[str, str]
EXCHANGES: tuple[tuple[Line, ...], ...] = (
    (
        ("in", "Good morning, {child} has a fever and will stay home today."),
        ("out", "Thank you for telling me. I hope {child} feels better soon!"),
    ),
    (
        ("out", "Hello {guardian}, {child} forgot the field trip form. Could you sign it by Thursday?"),
        ("in", "Yes, I will put it in the backpack tonight."),
        ("out", "Perfect, thank you!"),
    ),
    (
        ("in", "What time does the concert start?"),
        ("out", "It starts at 6:30 PM in the gym. Doors open at 6:00."),
        ("in", "Great, we will be there."),
    ),
    (
        ("out", "{child} read a whole chapter aloud today. I wanted you to know how proud we are."),
        ("in", "That made my day. Thank you so much!"),
    ),
    (
        ("in", "Can {child} take the bus home with a friend on Friday?"),
        ("out", "Please send a signed note to the office, then it is fine."),
    ),
    (
        ("out", "A reminder that picture day is tomorrow."),
        ("in", "Thanks for the reminder!"),
    ),
    (
        ("in", "{child} is having trouble with the math homework. Is there help after school?"),
        ("out", "Yes, Tuesdays and Thursdays from 3:00 to 4:00 in the library. No sign-up needed."),
        ("in", "We will come on Tuesday."),
        ("note", "Ask the tutor to sit with {child} for the first session."),
    ),
    (
        ("out", "Could we meet about {child} this week? I have time on Wednesday at 3:45 or Thursday at 7:30."),
        ("in", "Thursday at 7:30 works for me."),
        ("out", "See you then. Please come to the front office first."),
    ),
    (("in", "Is there school on Monday?"), ("out", "No, Monday is a holiday. We are back on Tuesday.")),
    (
        ("out", "{child}'s library book is two weeks late. Could you look for it at home?"),
        ("in", "Found it under the sofa. Coming tomorrow!"),
    ),
    (
        ("in", "We are moving next month. What do I need to do?"),
        ("out", "Please call the office at your convenience, they will prepare the papers for the new school."),
        ("note", "Office knows. Records request expected."),
    ),
    (("out", "Please send a warm jacket, we will be outside after lunch."), ("in", "Ok, thank you")),
)

SPANISH: dict[str, str] = {
    "Good morning, {child} has a fever and will stay home today.": "Buenos días, {child} tiene fiebre y se quedará en casa hoy.",
    "Thank you for telling me. I hope {child} feels better soon!": "Gracias por avisarme. ¡Espero que {child} se mejore pronto!",
    "Hello {guardian}, {child} forgot the field trip form. Could you sign it by Thursday?": (
        "Hola {guardian}, {child} olvidó el permiso para la excursión. ¿Podría firmarlo antes del jueves?"
    ),
    "Yes, I will put it in the backpack tonight.": "Sí, lo pongo en la mochila esta noche.",
    "Perfect, thank you!": "¡Perfecto, gracias!",
    "What time does the concert start?": "¿A qué hora empieza el concierto?",
    "It starts at 6:30 PM in the gym. Doors open at 6:00.": "Empieza a las 6:30 PM en el gimnasio. Las puertas abren a las 6:00.",
    "Great, we will be there.": "Muy bien, ahí estaremos.",
    "{child} read a whole chapter aloud today. I wanted you to know how proud we are.": (
        "Hoy {child} leyó un capítulo entero en voz alta. Quería que supiera lo orgullosos que estamos."
    ),
    "That made my day. Thank you so much!": "Me alegró el día. ¡Muchísimas gracias!",
    "Can {child} take the bus home with a friend on Friday?": "¿Puede {child} tomar el autobús con un amigo el viernes?",
    "Please send a signed note to the office, then it is fine.": "Por favor mande una nota firmada a la oficina y no hay problema.",
    "A reminder that picture day is tomorrow.": "Le recuerdo que mañana es el día de las fotos.",
    "Thanks for the reminder!": "¡Gracias por el recordatorio!",
    "Is there school on Monday?": "¿Hay clases el lunes?",
    "No, Monday is a holiday. We are back on Tuesday.": "No, el lunes es feriado. Regresamos el martes.",
    "Please send a warm jacket, we will be outside after lunch.": (
        "Por favor mande una chaqueta abrigada, estaremos afuera después del almuerzo."
    ),
    "Ok, thank you": "Está bien, gracias",
}

THANKS: dict[str, tuple[str, str]] = {
    "es": ("Muchas gracias, maestra.", "Thank you very much, teacher."),
    "vi": ("Dạ, em cảm ơn cô nhiều.", "Yes, thank you very much."),
    "ar": ("شكراً جزيلاً على اهتمامكم.", "Thank you very much for your care."),
    "so": ("Mahadsanid macallin, waan fahmay.", "Thank you teacher, I understand."),
    "zh": ("好的,谢谢老师。", "All right, thank you, teacher."),
    "ru": ("Спасибо большое, всё понятно.", "Thank you very much, all clear."),
    "uk": ("Дуже дякую, ми прийдемо.", "Thank you very much, we will come."),
    "fr": ("Merci beaucoup, c'est noté.", "Thank you very much, noted."),
}

# Room 12, the class of teacher@demo.test: (language, [(side, text, translation or None, minutes before now)])
ROSA: tuple[tuple[str, str, str | None, int], ...] = (
    (
        "in",
        "Buenos días maestra. Mateo tiene cita con el dentista mañana a las 10. ¿Lo puedo recoger en la oficina a las 9:40?",
        "Good morning, teacher. Mateo has a dentist appointment tomorrow at 10. Can I pick him up at the office at 9:40?",
        2880,
    ),
    (
        "out",
        "Of course! I’ll have him ready. Please sign him out with Mrs. Vega at the front desk. 😊",
        "¡Claro que sí! Lo tendré listo. Por favor firme su salida con la Sra. Vega en la oficina. 😊",
        2863,
    ),
    ("note", "Marked as an excused early dismissal, 9:40. I need the dentist’s note by Friday please.", None, 2860),
    ("in", "¡Gracias! Aquí está la nota del dentista. 🦷", "Thank you! Here is the note from the dentist. 🦷", 1440),
    (
        "out",
        "Got it, thank you Rosa. The zoo bus leaves on Friday.",
        "Recibida, gracias Rosa. El autobús al zoológico sale el viernes.",
        1400,
    ),
    ("in", "Perfecto, ¿a qué hora sale el bus?", "Perfect, what time does the bus leave?", 4),
)
ROSA_BEFORE: tuple[tuple[int, str, str, int, str, str], ...] = (
    (
        71,
        "Picture day is Thursday. Please send the form with Mateo.",
        "La foto escolar es el jueves. Por favor mande el formulario con Mateo.",
        22,
        "Sí maestra, ya lo puse en su mochila.",
        "Yes teacher, I already put it in his backpack.",
    ),
    (
        57,
        "Mateo read a whole chapter by himself today!",
        "¡Hoy Mateo leyó un capítulo entero él solo!",
        31,
        "¡Qué alegría! En casa también está leyendo.",
        "What joy! He is reading at home too.",
    ),
    (
        43,
        "Could you come to the conference on Tuesday at 3:15?",
        "¿Podría venir a la reunión el martes a las 3:15?",
        25,
        "Sí puedo, ahí estaré.",
        "Yes I can, I will be there.",
    ),
    (
        29,
        "Mateo left his jacket at school. It is in the lost and found.",
        "Mateo dejó su chaqueta en la escuela. Está en objetos perdidos.",
        18,
        "Gracias, mañana la recoge.",
        "Thank you, he picks it up tomorrow.",
    ),
    (
        15,
        "The zoo trip needs a signed slip. I sent it home today.",
        "El paseo al zoológico necesita un permiso firmado. Lo mandé hoy a casa.",
        27,
        "Lo firmo esta noche.",
        "I sign it tonight.",
    ),
)
"""Days ago, what the teacher wrote in both languages, minutes until the answer, and the answer."""
# How the latest talk of each began: (language, words, translation or None)
OPENERS: dict[str, tuple[str, str, str | None]] = {
    "Minh Châu Nguyễn Thị": (
        "vi",
        "Dạ cô ơi, hôm nay cháu Bảo bị sốt nên con xin nghỉ học ạ",
        "Teacher, Bảo has a fever today, so I ask to keep him home.",
    ),
    "Huda Al-Khatib": ("ar", "هل يمكن لليلى أن تأكل وجبة نباتية في الرحلة؟", "Can Layla have a vegetarian meal on the trip?"),
    "DeShawn Washington": ("en", "Running 10 minutes late for pickup, traffic on the bridge. Sorry!", None),
    "Alexandra Konstantinopoulou-Montgomery": ("en", "Theodora left her violin at home. Is it all right if I bring it at lunch?", None),
    "Tamika Brooks": ("en", "See you at 3:30 for the meeting 👍", None),
    "Fadumo Abdi Warsame": ("so", "Mahadsanid macallin, waan fahmay", "Thank you teacher, I understand"),
    "Wei Zhang": ("en", "Could we move the conference to the 24th?", None),
    "Iosefa Tuilagi": ("en", "Malia loved the science kit. Thank you for sending it home.", None),
    "Priyanka Subramaniam-Venkataraghavan": ("en", "Thank you so much for the reading list", None),
}
ANSWERS = {
    "Tamika Brooks": "See you then. Please come to the front office first.",
    "Fadumo Abdi Warsame": "You’re welcome, see you soon.",
    "Wei Zhang": "Yes, the 24th at 3:45 works. See you then.",
    "Iosefa Tuilagi": "You’re welcome! She explained every step to the class today.",
    "Priyanka Subramaniam-Venkataraghavan": "You’re welcome. Our library has all of them.",
}
"""What Ms. Okafor-Reyes said to those openers; the others wait."""
UNKNOWN = (
    ("+19715558812", "Hi this is Coach Dan, what field are we on Saturday?"),
    ("+15415558120", "Hola, soy la tía de Mateo, ¿puedo recogerlo hoy?"),
)
