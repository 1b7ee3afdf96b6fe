from django.urls import path

from innotter.accounts.views import settings, signing_in

app_name = "accounts"
urlpatterns = [
    path("register/", signing_in.register, name="register"),
    path("verify/", signing_in.verify, name="verify"),
    path("verify/resend/", signing_in.resend, name="resend"),
    path("login/", signing_in.log_in, name="log-in"),
    path("logout/", signing_in.log_out, name="log-out"),
    path("password/reset/", signing_in.ask_for_reset, name="ask-for-reset"),
    path("password/reset/confirm/", signing_in.reset, name="reset"),
    path("media/avatars/<str:name>", settings.avatar, name="avatar"),
    path("settings/", settings.show, name="settings"),
    path("settings/profile/", settings.edit_profile, name="edit-profile"),
    path("settings/picture/", settings.set_avatar, name="set-avatar"),
    path("settings/email/", settings.change_email, name="change-email"),
    path("settings/password/", settings.change_password, name="change-password"),
    path("settings/sessions/<int:pk>/end/", settings.end_session, name="end-session"),
    path("settings/sessions/end/", settings.end_other_sessions, name="end-other-sessions"),
]
