from allauth.account.views import LoginView

from accounts import queries, rules


class SignInView(LoginView):
    def get_context_data(self, **kwargs):
        has_demo_accounts = queries.demo_accounts_exist()
        return super().get_context_data(
            **kwargs,
            has_demo_accounts=has_demo_accounts,
            demo_password=rules.DEMO_PASSWORD if has_demo_accounts else "",
        )


sign_in = SignInView.as_view()
