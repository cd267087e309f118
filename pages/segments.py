import streamlit as st
from web import layout

layout.head("segments")
