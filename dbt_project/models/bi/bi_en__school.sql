{{ config(alias='Schools', schema='en') }}

{{ readable('dim_school', 'en') }}
