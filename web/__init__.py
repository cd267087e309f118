"""Everything that speaks Streamlit or HTTP, except the pages themselves."""
