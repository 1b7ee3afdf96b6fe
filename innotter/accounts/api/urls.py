from django.urls import path
from rest_framework.routers import SimpleRouter

from innotter.accounts.api import people, signing_in

router = SimpleRouter()
router.register("users", people.UserViewSet, basename="user")

urlpatterns = [
    path("register/", signing_in.Register.as_view(), name="register"),
    path("verify-email/", signing_in.VerifyEmail.as_view(), name="verify-email"),
    path("verify-email/resend/", signing_in.ResendCode.as_view(), name="resend-code"),
    path("login/", signing_in.LogIn.as_view(), name="log-in"),
    path("token/refresh/", signing_in.RefreshToken.as_view(), name="refresh-token"),
    path("logout/", signing_in.LogOut.as_view(), name="log-out"),
    path("password/reset/", signing_in.PasswordReset.as_view(), name="password-reset"),
    path("password/reset/confirm/", signing_in.PasswordResetConfirm.as_view(), name="password-reset-confirm"),
    path("users/me/", people.Me.as_view(), name="me"),
    path("users/me/avatar/", people.MyAvatar.as_view(), name="my-avatar"),
    path(
        "users/me/sessions/",
        people.MySessionViewSet.as_view({"get": "list", "delete": "destroy_others"}),
        name="my-sessions",
    ),
    path("users/me/sessions/<int:pk>/", people.MySessionViewSet.as_view({"delete": "destroy"}), name="my-session"),
    *router.urls,
]
